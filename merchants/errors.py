"""What can go wrong in onboarding, in words for the person who did it."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class OnboardingError(Exception):
    """Nothing was changed; `str()` says what is wrong and what to do, in the active language."""

    message: str | Promise = ""

    def __init__(self, message: str | Promise = "") -> None:
        super().__init__(message)
        self.message = message or self.message

    def __str__(self) -> str:
        return str(self.message)


class AlreadyOpen(OnboardingError):
    """The same licence (or, for individuals, ID) is in another open application."""

    message = _(
        "There is an open application with this credit code or ID number. Follow that one, or withdraw it before you "
        "submit again."
    )


class NotComplete(OnboardingError):
    """Something that the form or the checklist asks for is missing; `problems` says what."""

    def __init__(self, problems: Sequence[str | Promise]) -> None:
        super().__init__(_("Something is still missing. Add it, then submit."))
        self.problems = [str(problem) for problem in problems]


class NotEditable(OnboardingError):
    """The application is with the reviewers, or decided."""

    message = _("This application cannot be changed now. Its page says what happens next.")


class DraftThere(OnboardingError):
    """A person has one draft at a time."""

    message = _("You have a draft already. Finish or withdraw it, then start the new one.")


class ReasonNeeded(OnboardingError):
    """A "no" without a reason, or with one that does not fit."""

    message = _("Tick at least one reason: the applicant is told why.")


class DecidedAlready(OnboardingError):
    """Somebody (perhaps oneself, by a double click) was faster."""


class MemberError(OnboardingError):
    """Something about a shop's people is not possible; nothing was changed."""
