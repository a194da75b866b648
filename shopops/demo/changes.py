"""Changes in the demo: a request in every state, a document that ends in 12 days, a campaign under way."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from merchants.changes import selectors, services
from merchants.changes.models import ChangeRequest, Verification
from merchants.changes.services.requests import Paper
from merchants.models import Document, Member, Merchant
from shopops.accounts.models import User
from shopops.demo.orders import HERE
from shopops.jobs.services import run_job

#: Shops that were verified so long ago that they are due, of the ordinary ones.
DUE = 14


def seed(shops: dict[str, Merchant], operators: dict[str, User], now: dt.datetime) -> None:
    """Everything through the product's own services. `operators`: lin and zhou, who review."""
    lin, su = operators["lin"], operators["zhou"]
    extras = [merchant for key, merchant in shops.items() if key.startswith("extra-")]
    _requests(shops["wren"], extras, lin, su)
    _ending(shops["yunqi"], now)
    _campaign(shops, extras, now)
    run_job("tell_of_ends", trigger="demo")


def _owner(merchant: Merchant) -> User:
    return Member.objects.select_related("user").get(merchant=merchant, role="owner").user


def _file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.jpg", (HERE / "papers" / f"{name}.jpg").read_bytes())


def _licence(merchant: Merchant, days: int = 1800) -> Paper:
    today = timezone.localdate()
    picture = SimpleUploadedFile("licence.jpg", (HERE / "licences" / "qingyu.jpg").read_bytes())
    facts = {
        "number": merchant.uscc,
        "holder": merchant.legal_name,
        "issued_on": today - dt.timedelta(days=6),
        "expires_on": today + dt.timedelta(days=days),
    }
    return Paper("business_licence", picture, facts)


def _ask(merchant: Merchant, values: dict[str, str], papers: list[Paper], reason: str) -> ChangeRequest:
    return services.request_change(
        merchant=merchant, values=values, documents=papers, actor=_owner(merchant), reason=reason
    )


def _approve(request: ChangeRequest, reviewer: User) -> ChangeRequest:
    return services.approve(request=request, actor=reviewer, seen=selectors.fingerprint(request))


def _requests(wren: Merchant, extras: list[Merchant], lin: User, su: User) -> None:
    """Approved, rejected, withdrawn, sent back, sent again, in review, proposed, submitted, draft."""
    _approve(_ask(wren, {"shop_name": wren.shop_name + " 家居"}, [], "店铺更名"), lin)
    bank = Paper("bank_account", _file("bank_account"), {})
    _ask(wren, {"bank_name": "招商银行杭州分行", "bank_account": "6225880137706868"}, [bank], "更换收款账户")
    services.draft(merchant=wren, values={"category": "clothing"}, actor=_owner(wren), reason="")

    a, b, c, d, e, f = extras[:6]
    services.reject(
        request=_ask(a, {"legal_name": "宁波远帆贸易有限公司"}, [_licence(a)], "公司转让"),
        actor=lin,
        reasons=["other_company"],
        note="主体不同，需以新公司重新入驻。",
    )
    services.withdraw(request=_ask(b, {"shop_name": f"{b.shop_name}旗舰"}, [], "想换个名字"), actor=_owner(b))
    services.ask_for_corrections(
        request=_ask(c, {"address": "杭州市余杭区良渚路 8 号"}, [_licence(c)], "搬迁"),
        actor=lin,
        reasons=["proof_unreadable"],
        note="住所一行反光，看不清。",
    )
    again = services.ask_for_corrections(
        request=_ask(d, {"address": "杭州市拱墅区登云路 518 号"}, [_licence(d)], "搬迁"),
        actor=lin,
        reasons=["proof_differs"],
    )
    services.submit(request=again, actor=_owner(d))
    services.open_case(
        request=_ask(e, {"scope": "日用百货销售；家居用品销售；互联网销售"}, [_licence(e)], "增项"), user=su
    )
    id_card = Paper("id_card", _file("id_card"), {"expires_on": timezone.localdate() + dt.timedelta(days=3000)})
    both = {"legal_person": "沈怀瑾", "id_number": "11010519491231002X"}
    _approve(_ask(f, both, [_licence(f), id_card], "法定代表人变更"), lin)


def _ending(merchant: Merchant, now: dt.datetime) -> None:
    """A licence that ends in 12 days."""
    Document.objects.filter(merchant=merchant, type="business_licence", replaced_at=None).update(
        expires_on=timezone.localdate(now) + dt.timedelta(days=12)
    )


def _campaign(shops: dict[str, Merchant], extras: list[Merchant], now: dt.datetime) -> None:
    """This month's campaign: some confirmed, one being checked, the rest open."""
    due = [shops["wren"], shops["yunqi"], *extras[10 : 10 + DUE]]
    everybody = [merchant.pk for merchant in shops.values()]
    Merchant.objects.filter(pk__in=everybody).update(verified_at=now - dt.timedelta(days=40))
    Merchant.objects.filter(pk__in=[each.pk for each in due]).update(verified_at=now - dt.timedelta(days=190))
    run_job("verify_merchants", trigger="demo")
    for merchant in extras[10:16]:
        live = Verification.objects.get(merchant=merchant)
        current = Merchant.objects.get(pk=merchant.pk)
        for section in selectors.sections_of(current):
            services.confirm(
                verification=live,
                section=section,
                facts=selectors.facts_of(current, section),
                actor=_owner(merchant),
            )
