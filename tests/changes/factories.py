"""Requests for the tests of changes."""

import datetime as dt
from typing import Any

from django.utils import timezone

from merchants.changes import selectors, services
from merchants.changes.models import ChangeRequest
from merchants.changes.services.requests import Paper
from merchants.models import Merchant
from shopops.accounts.models import User
from tests.merchants.factories import png, upload

NEW_ADDRESS = "杭州市滨江区网商路 699 号"


def licence(merchant: Merchant, days: int = 900, seed: int = 7, **facts: Any) -> Paper:
    today = timezone.localdate()
    typed = {
        "number": merchant.uscc or "91330100799655058B",
        "holder": merchant.legal_name,
        "issued_on": today - dt.timedelta(days=5),
        "expires_on": today + dt.timedelta(days=days),
    }
    return Paper("business_licence", upload("new.png", png(seed)), {**typed, **facts})


def bank_proof(seed: int = 9) -> Paper:
    return Paper("bank_account", upload("bank.png", png(seed)), {})


def ask(merchant: Merchant, actor: User, values: dict[str, str] | None = None, papers: Any = None) -> ChangeRequest:
    """A request handed in: by default for another address, with the new licence."""
    return services.request_change(
        merchant=merchant,
        values=values or {"address": NEW_ADDRESS},
        documents=[licence(merchant)] if papers is None else papers,
        actor=actor,
        reason="搬迁",
    )


def approve(request: ChangeRequest, actor: User, **more: Any) -> ChangeRequest:
    """Approve what is on the page now."""
    return services.approve(request=request, actor=actor, seen=selectors.fingerprint(request), **more)
