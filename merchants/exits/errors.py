"""What can go wrong when a shop leaves, in words for the person who did it. Nothing was changed."""

from merchants.errors import OnboardingError


class ExitError(OnboardingError):
    """Nothing was changed; `str()` says what is wrong and what to do."""


class AlreadyLeaving(ExitError):
    """The shop has an open exit."""


class ConditionsOpen(ExitError):
    """Something that has to be over first is not."""
