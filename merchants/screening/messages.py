"""The messages about opinions."""

from django.utils.translation import gettext_lazy as _

from shopops.notifications.kinds import MessageKind

KINDS = (
    MessageKind("screening.opinion_asked", _("Opinion asked for"), "info"),
    MessageKind("screening.opinion_withdrawn", _("Request for an opinion withdrawn"), "neutral"),
    MessageKind("screening.opinion_given", _("Opinion given"), "info", owed=False),
)
