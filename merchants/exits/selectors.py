"""Reading exits, scoped by who asks."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils import timezone

from merchants.exits import conditions, policy
from merchants.exits.models import OPEN, Exit, Flow, RecordExport, SettlementStep, State
from merchants.models import Merchant
from shopops.notifications.selectors import DELIVERED, proof_of_notice


def visible_to_shop() -> models.QuerySet[Exit]:
    """Exits that their shops know of: a termination that only one person proposed is none of them."""
    return Exit.objects.filter(told_at__isnull=False).select_related("merchant", "policy_version")


def open_exit(merchant_id: int) -> Exit | None:
    """The exit that a shop is in, whether it knows or not; None for most shops."""
    return Exit.objects.filter(merchant_id=merchant_id, state__in=OPEN).select_related("merchant").first()


def shown_to_shop(merchant_id: int) -> Exit | None:
    """The latest exit that the shop knows of."""
    return visible_to_shop().filter(merchant_id=merchant_id).order_by("-requested_at", "-id").first()


def closing_shops() -> models.QuerySet[Exit]:
    """The public list: shops whose notice is public and not over, those that close first on top."""
    return (
        Exit.objects.filter(is_public=True, state__in=[State.NOTICE, State.SETTLING])
        .select_related("merchant")
        .order_by("notice_until", "id")
    )


def standing(leaving: Exit) -> list[conditions.Standing]:
    """The conditions of an exit as they stand now."""
    return conditions.standing(leaving.merchant, policy.of(leaving.policy_version).rules(leaving.kind).conditions)


def blocking(leaving: Exit) -> list[conditions.Standing]:
    """The conditions that keep the shop from going now."""
    return [each for each in standing(leaving) if each.blocks]


def statement_reached(leaving: Exit) -> int:
    """How many people of the shop got the statement of reasons, by the ledger of deliveries."""
    ledger = proof_of_notice(leaving).filter(message__kind="exits.terminated", state__in=DELIVERED)
    return ledger.values("recipient").distinct().count()


@dataclass(frozen=True)
class Balance:
    """What the settlement comes to in one currency; `net` is positive when the shop gets money."""

    currency: str
    to_shop: Decimal
    to_platform: Decimal

    @property
    def net(self) -> Decimal:
        return self.to_shop - self.to_platform

    @property
    def owed(self) -> Decimal:
        """What the shop has to pay; nothing when it gets money."""
        return max(-self.net, Decimal())


def balances(leaving: Exit) -> list[Balance]:
    """The sums of the settlement by currency, of the steps that are done."""
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: {Flow.TO_SHOP: Decimal(), Flow.TO_PLATFORM: Decimal()})
    for step in leaving.steps.filter(status=SettlementStep.Status.DONE, amount__isnull=False):
        sums[step.currency][step.flow] += step.amount or Decimal()
    return [Balance(currency, flows[Flow.TO_SHOP], flows[Flow.TO_PLATFORM]) for currency, flows in sorted(sums.items())]


def exports_of(merchant: Merchant) -> models.QuerySet[RecordExport]:
    """A merchant's record exports, newest first."""
    return RecordExport.objects.filter(merchant=merchant)


def notice_is_over(leaving: Exit) -> bool:
    """Whether the notice of an exit has ended by now."""
    return leaving.notice_until is not None and timezone.now() >= leaving.notice_until
