"""Reading the file: contacts, people with their last sign-in, what else its page shows."""

import datetime as dt

from django.db.models import Max, OuterRef, QuerySet, Subquery

from merchants.file.models import Visit
from merchants.models import Member, Merchant
from shopops.signin.models import SignIn


def visits_of(merchant_id: int) -> QuerySet[Visit]:
    """The contacts with a merchant, the latest first."""
    return (
        Visit.objects.filter(merchant_id=merchant_id)
        .select_related("by", "followed_up_by", "merchant")
        .prefetch_related("files")
        .order_by("-at", "-id")
    )


def waiting_follow_ups(merchant_id: int) -> QuerySet[Visit]:
    """What still follows, first due first."""
    return visits_of(merchant_id).filter(follow_up_due__isnull=False, followed_up_at=None).order_by("follow_up_due")


def people(merchant: Merchant) -> QuerySet[Member]:
    """The people of a shop with `last_sign_in`, the moment of the last that succeeded (None: never)."""
    succeeded = SignIn.objects.filter(user_id=OuterRef("user_id"), outcome=SignIn.Outcome.SUCCEEDED)
    last = succeeded.order_by("-at").values("at")[:1]
    return merchant.members.select_related("user").annotate(last_sign_in=Subquery(last)).order_by("since", "id")


def last_contact(merchant_id: int) -> dt.datetime | None:
    """When somebody last had contact with a merchant."""
    found: dt.datetime | None = Visit.objects.filter(merchant_id=merchant_id).aggregate(last=Max("at"))["last"]
    return found
