"""Answers in what was asked for."""

from rest_framework.renderers import JSONRenderer


class FileRenderer(JSONRenderer):
    """For views that hand out files, which have types of their own: any type may be asked for. Problems stay JSON."""

    media_type = "*/*"
