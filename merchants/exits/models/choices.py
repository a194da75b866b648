"""The words of an exit."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """Who wants it."""

    VOLUNTARY = "voluntary", _("The merchant leaves")
    PLATFORM = "platform", _("The platform terminates")


class State(models.TextChoices):
    """requested → checking → notice → settling → closed, or cancelled or refused before. See `Exit`."""

    REQUESTED = "requested", pgettext_lazy("exit", "Requested")
    CHECKING = "checking", pgettext_lazy("exit", "Being checked")
    NOTICE = "notice", pgettext_lazy("exit", "Notice runs")
    SETTLING = "settling", pgettext_lazy("exit", "Settling")
    CLOSED = "closed", pgettext_lazy("exit", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("exit", "Called off")
    REFUSED = "refused", pgettext_lazy("exit", "Refused")


#: An exit that is not over; a merchant has at most one.
OPEN = (State.REQUESTED, State.CHECKING, State.NOTICE, State.SETTLING)
#: Those in which the owner may still take the request back.
REVOCABLE = (State.REQUESTED, State.CHECKING, State.NOTICE)


class Flow(models.TextChoices):
    """In which direction the money of a settlement step goes."""

    NONE = "none", _("No money")
    TO_SHOP = "to_shop", _("To the shop")
    TO_PLATFORM = "to_platform", _("To the platform")
