"""The kind of policy, with its trial in shadow."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from merchants.screening.policy import KIND, CurrentAutoApprovalPolicy
from merchants.screening.trial import TRIAL
from shopops.policies.kinds import PolicyKind

AUTO_APPROVAL = PolicyKind(
    code=KIND,
    label=_("Automatic approval"),
    type=CurrentAutoApprovalPolicy,
    pack=Path(__file__).parent / "policies" / "auto_approval.toml",
    help_text=_("Which applications a rule would let in, and when it may do so by itself."),
    trial=TRIAL,
)
