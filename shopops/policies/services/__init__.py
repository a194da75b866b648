"""Writing policies: packs, drafts, decisions, and bringing approved versions into force."""

from shopops.policies.bodies import InvalidPolicy, content_hash, validated
from shopops.policies.services.activating import activate_due
from shopops.policies.services.deciding import approve, discard, reject, start_shadow, submit, withdraw
from shopops.policies.services.drafting import DraftChanged, create_draft, roll_back, save_draft
from shopops.policies.services.packs import load_pack, load_packs

__all__ = [
    "DraftChanged",
    "InvalidPolicy",
    "activate_due",
    "approve",
    "content_hash",
    "create_draft",
    "discard",
    "load_pack",
    "load_packs",
    "reject",
    "roll_back",
    "save_draft",
    "start_shadow",
    "submit",
    "validated",
    "withdraw",
]
