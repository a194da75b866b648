"""Re-verification campaigns: opening what is due, set-based; reminders; pause, extend."""

import calendar as months
import datetime as dt

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants.changes import policy
from merchants.changes.errors import OnboardingError
from merchants.changes.models import Campaign, Verification
from merchants.changes.policy import Reverification
from merchants.changes.selectors import marketplace_day
from merchants.models import Merchant
from shopops.accounts.models import User
from shopops.transitions.handler import announce, perform

MANAGE = "changes.manage_campaign"
#: The longest extension at once.
MOST_DAYS = 90

_OPEN = """
    INSERT INTO changes_verification (campaign_id, merchant_id, state, opened_at, due_on, note)
    SELECT %(campaign)s, merchant.id, 'open', %(now)s, %(due)s, ''
      FROM merchants_merchant AS merchant
     WHERE merchant.state IN ('active', 'suspended') AND merchant.verified_at <= %(before)s
       AND NOT EXISTS (SELECT 1 FROM changes_verification AS live
                        WHERE live.merchant_id = merchant.id AND live.state IN ('open', 'overdue', 'in_check'))
    ON CONFLICT DO NOTHING
"""


def months_before(day: dt.date, count: int) -> dt.date:
    """The same day so many months earlier; the last day of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return dt.date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def campaign_month(rules: Reverification, day: dt.date) -> dt.date:
    """The month whose campaign opens verifications on a day: this one, or the latest of the batch months."""
    if not rules.batch_months:
        return day.replace(day=1)
    month = day.replace(day=1)
    while month.month not in rules.batch_months:
        month = months_before(month, 1)
    return month


def due_before(rules: Reverification, day: dt.date) -> dt.date:
    """Who was verified on or before this day is due on `day`. In batches: who would get too old before the next one."""
    if not rules.batch_months:
        return months_before(day, rules.months)
    following = months_before(day.replace(day=1), -1)
    while following.month not in rules.batch_months:
        following = months_before(following, -1)
    return months_before(following, rules.months) - dt.timedelta(days=1)


@transaction.atomic
def open_due(as_of: dt.datetime) -> tuple[Campaign, int]:
    """Open a verification for every shop that is due, in one statement; returns the campaign and how many were opened.

    Repeating opens nothing twice: a shop has one live verification, and one in a campaign. A paused one opens none.
    """
    version, body = policy.active()
    rules, day = body.reverification, marketplace_day(as_of)
    campaign, made = Campaign.objects.get_or_create(
        month=campaign_month(rules, day), defaults={"policy_version": version}
    )
    if made:
        announce(campaign, campaign.EFFECTS["start"], actor=None, policy_version_id=version.pk)
    if campaign.state == Campaign.State.PAUSED:
        return campaign, 0
    end_of_day = dt.datetime.combine(due_before(rules, day) + dt.timedelta(days=1), dt.time())
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN,
            {
                "campaign": campaign.pk,
                "now": as_of,
                "due": day + dt.timedelta(days=rules.answer_days + campaign.extended_days),
                "before": timezone.make_aware(end_of_day, timezone.get_default_timezone()),
            },
        )
        return campaign, cursor.rowcount


@transaction.atomic
def tell(verification: Verification) -> bool:
    """Tell a shop that it was asked; returns whether it had not been told."""
    mine = Verification.objects.select_for_update(of=("self",)).get(pk=verification.pk)
    if mine.told_at is not None:
        return False
    mine.told_at = timezone.now()
    mine.save(update_fields=["told_at"])
    announce(mine, mine.EFFECTS["open"], actor=None, policy_version_id=mine.campaign.policy_version_id)
    return True


@transaction.atomic
def step(verification: Verification, day: dt.date) -> str:
    """Do what a day asks of one verification: cancel, remind or let it lapse; returns what was done, "" for nothing."""
    mine = Verification.objects.select_for_update(of=("self",)).get(pk=verification.pk)
    if mine.state not in Verification.LIVE:
        return ""
    if mine.merchant.state == Merchant.State.CLOSED:
        perform(mine, "cancel", actor=None)
        return "cancelled"
    if mine.state != Verification.State.OPEN or mine.campaign.state == Campaign.State.PAUSED:
        return ""
    rules = policy.of(mine.campaign.policy_version).reverification
    left = (mine.due_on - day).days
    if left < -rules.grace_days:
        perform(mine, "lapse", actor=None, policy_version_id=mine.campaign.policy_version_id)
        return "overdue"
    reached = min((days for days in rules.reminders if days >= left), default=None)
    if left >= 0 and reached is not None and (mine.reminded_step is None or reached < mine.reminded_step):
        perform(mine, "remind", actor=None, policy_version_id=mine.campaign.policy_version_id, step=reached)
        return "reminded"
    return ""


@transaction.atomic
def pause(*, campaign: Campaign, actor: User, now: dt.datetime | None = None) -> Campaign:
    """Stop a campaign's clocks. Raises OnboardingError without the permission, TransitionRefused when it is paused."""
    _may(actor)
    return perform(campaign, "pause", actor=actor, on=marketplace_day(now or timezone.now()))


@transaction.atomic
def resume(*, campaign: Campaign, actor: User, now: dt.datetime | None = None) -> Campaign:
    """Let a campaign go on; every day that it was paused is added to the day that is due."""
    _may(actor)
    mine = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    since = mine.paused_on
    mine = perform(mine, "resume", actor=actor)
    if since:
        days = (marketplace_day(now or timezone.now()) - since).days
        _move(mine, days)
    return mine


@transaction.atomic
def extend(*, campaign: Campaign, days: int, actor: User, reason: str, now: dt.datetime | None = None) -> Campaign:
    """Give everybody who has not answered more days; who was overdue and has time again is open again.

    Raises OnboardingError for no reason, or not 1 to 90 days.
    """
    _may(actor)
    if not 1 <= days <= MOST_DAYS:
        raise OnboardingError(_("Extend by 1 to %(most)s days.") % {"most": MOST_DAYS})
    if not reason.strip():
        raise OnboardingError(_("Write why the campaign is extended; it goes on record."))
    mine = perform(campaign, "extend", actor=actor, reason=reason.strip()[:500], days=days)
    _move(mine, days)
    today = marketplace_day(now or timezone.now())
    for late in mine.verifications.filter(state=Verification.State.OVERDUE).order_by("pk"):
        due = late.due_on + dt.timedelta(days=days)
        if due >= today:
            perform(late, "reopen", actor=actor, due_on=due)
    return mine


def _move(campaign: Campaign, days: int) -> None:
    """Open verifications are due so many days later; reminders follow the new day."""
    waiting = campaign.verifications.filter(state=Verification.State.OPEN)
    waiting.update(due_on=F("due_on") + dt.timedelta(days=days), reminded_step=None)


def _may(actor: User) -> None:
    if not actor.has_perm(MANAGE):
        raise OnboardingError(_("Pausing and extending campaigns needs the role of a supervisor or risk analyst."))
