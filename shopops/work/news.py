"""Telling somebody in the console what others took over from them."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.ui import formats
from shopops.work.claiming import news_for


def tell_news(request: HttpRequest, user: User) -> None:
    """Show what was taken over since the user last opened a page of the console's work; each once."""
    for news in news_for(user):
        messages.warning(
            request,
            _("%(name)s took %(what)s over from you: %(when)s.")
            % {"name": news.taken_by, "what": news.item.label, "when": formats.at(news.at)},
        )
