"""What can go wrong with changes, in words for the person who did it. Nothing was changed."""

from django.utils.translation import gettext_lazy as _

from merchants.errors import DecidedAlready, NotComplete, NotEditable, OnboardingError, ReasonNeeded


class OneOpen(OnboardingError):
    """There is an open request for one of the fields already."""

    message = _(
        "One of these fields has an open request already. Follow that one, or withdraw it before you ask for another "
        "change."
    )


class ChangedMeanwhile(OnboardingError):
    """The shop's values are no longer those that the reviewer saw."""

    message = _(
        "The shop's value was changed in the meantime. The page shows the new value before; compare again, then decide."
    )


class OnHold(OnboardingError):
    """The person who asked for a risky change is held after an unusual sign-in."""


__all__ = [
    "ChangedMeanwhile",
    "DecidedAlready",
    "NotComplete",
    "NotEditable",
    "OnHold",
    "OnboardingError",
    "OneOpen",
    "ReasonNeeded",
]
