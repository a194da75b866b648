"""What the API may do with complaints. The platform files them, the shop answers."""

from django.utils.translation import gettext_lazy as _

from shopops.api.scopes import Scope

COMPLAINTS_READ = Scope(
    "complaints:read", _("Read complaints"), operator="complaints.view_complaint", portal="complaints.view"
)
COMPLAINTS_FILE = Scope("complaints:file", _("File complaints of buyers"), operator="complaints.rule_complaint")
COMPLAINTS_ANSWER = Scope("complaints:answer", _("Answer complaints"), portal="complaints.answer", platform=False)
SCOPES = (COMPLAINTS_READ, COMPLAINTS_FILE, COMPLAINTS_ANSWER)
