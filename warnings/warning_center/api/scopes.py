"""What the API may do with warnings. Only a shop can answer: the platform does not speak for it."""

from django.utils.translation import gettext_lazy as _

from shopops.api.scopes import Scope

WARNINGS_READ = Scope("warnings:read", _("Read warnings"), operator="warnings.view_warning", portal="warnings.view")
WARNINGS_ANSWER = Scope(
    "warnings:answer", _("Acknowledge and rectify warnings"), portal="warnings.answer", platform=False
)
SCOPES = (WARNINGS_READ, WARNINGS_ANSWER)
