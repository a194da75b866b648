"""Translations without GNU gettext: `python -m shopops.i18n extract|update|merge|check|compile`.

Texts in the code are English; `locale/zh_Hans/LC_MESSAGES/django.po` holds the Chinese ones. Everything here works on
files alone: no settings, no database, no Django set-up, so that `make install` can compile on a fresh machine.
"""
