"""Some life in the merchants' files: contacts with their follow-ups, changed details, views that operators keep."""

import datetime as dt
from collections.abc import Mapping

from django.utils import timezone

from merchants.file import services
from merchants.file.models import Visit
from merchants.models import Merchant
from shopops.accounts.models import User
from shopops.saved_views.services import open_with, save_view

#: (shop, operator, days ago, kind, with whom, purpose, result, what follows, due in days).
_CONTACTS = (
    ("jinhe", "agent", 34, Visit.Kind.CALL, "店主", "发货延迟的原因", "仓库搬迁，月底前完成。", "核对延迟发货率", -2),
    ("jinhe", "zhou", 9, Visit.Kind.VISIT, "店主、仓库主管", "走访新仓库", "打包线两条，产能足够；扫描枪尚未到货。",
     "确认扫描枪已到货", 0),
    ("wren", "risk", 21, Visit.Kind.MEETING, "Owner", "Quarterly review", "Wants to add a second carrier for the south.",
     "Send the comparison of carriers", 4),
    ("wren", "agent", 5, Visit.Kind.EMAIL, "Owner", "Question about return labels", "Answered with the guide.", "", None),
    ("qingtang", "lin", 3, Visit.Kind.CALL, "店主", "营业执照即将到期", "新执照已在办理，本周内上传。",
     "查看新执照是否已上传", 2),
)  # fmt: skip


def seed(merchants: Mapping[str, Merchant], operators: Mapping[str, User], now: dt.datetime) -> None:
    """Fill the files of the cast's shops."""
    for shop, operator, days, kind, with_whom, purpose, result, follow_up, due in _CONTACTS:
        if shop not in merchants:
            continue
        at = now - dt.timedelta(days=days, hours=2)
        services.record_visit(
            merchant=merchants[shop],
            by=operators[operator],
            now=at + dt.timedelta(minutes=30),
            kind=kind,
            at=at,
            with_whom=with_whom,
            purpose=purpose,
            result=result,
            follow_up=follow_up,
            follow_up_due=None if due is None else timezone.localdate(now) + dt.timedelta(days=due),
        )
    _done(operators["agent"], now)
    _views(operators)


def _done(by: User, now: dt.datetime) -> None:
    """The oldest follow-up was done on its day."""
    visit = Visit.objects.filter(follow_up_due__isnull=False).order_by("at").first()
    if visit:
        services.follow_up(visit=visit, actor=by, outcome="延迟发货率已降到 3% 以下。", now=now - dt.timedelta(days=2))


def _views(operators: Mapping[str, User]) -> None:
    """Views above the lists: one's own, one of the role, one that a list opens with."""
    merchants, documents = "list:merchants.merchant", "list:merchants.document"
    zhou, risk = operators["zhou"], operators["risk"]
    save_view(owner=zhou, page=merchants, name="食品店铺", query="category__exact=food", shared_with="reviewer")
    save_view(owner=zhou, page=documents, name="30 天内到期", query="ends=30", shared_with="reviewer")
    watched = save_view(owner=risk, page=merchants, name="With a warning", query="warning=any")
    save_view(owner=risk, page=merchants, name="Grades D and E to watch", query="grade=D")
    open_with(user=risk, view=watched)
