"""Applications in every state, made with the same services that people use."""

import datetime as dt
import functools
import json
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from stdnum.cn import ric

from merchants import agreements, policy, reading
from merchants.models import Application
from merchants.services import applications, documents, review
from merchants.services.queueing import enter_queue, item_of
from shopops.accounts.models import User
from shopops.demo.cast import APPLICANTS, Applicant, Stage
from shopops.work.services import release

HERE = Path(__file__).parent


def apply_for_shops(people: dict[str, User], operators: dict[str, User]) -> None:
    """Bring every applicant of the cast to their stage; hours waited differ, so that the queue has an order."""
    for position, who in enumerate(APPLICANTS):
        applicant = people[who.key]
        application = applications.start_application(applicant=applicant)
        applications.save_details(application=application, **_form(who, position))
        if who.stage == Stage.DRAFT:
            continue
        _upload(application, who, applicant)
        _sign(application, applicant)
        applications.submit(application=application, actor=applicant)
        _decide(application, who, applicant, operators)
        _wait(application, hours=3 + 5 * (position % 9))


def _form(who: Applicant, position: int) -> dict[str, Any]:
    number = f"11010119{80 + position % 15}0{1 + position % 9}1{position % 9}{position:03d}"
    return {
        "shop_name": who.shop_name,
        "shop_type": who.shop_type,
        "category": who.category,
        "brand": who.brand,
        "region": who.region,
        "legal_name": who.form_legal_name or who.legal_name,
        "uscc": who.uscc,
        "scope": who.scope,
        "legal_person": who.person,
        "id_number": number + ric.calc_check_digit(f"{number}0"),
        "contact_name": who.person,
        "contact_phone": f"138{position:04d}{1000 + 37 * position:04d}",
        # The form of 青屿 names another room than the licence: the reviewer has something to find.
        "address": who.address.replace("308室", "306室"),
        "legal_form": "个体工商户" if who.is_sole_trader else "有限责任公司（自然人独资）",
        "registered_capital": "" if who.is_sole_trader else who.capital,
        "established_on": who.founded,
        "bank_name": "中国银行" if who.shop_type != "individual" else "",
        "bank_account": f"6217{position:04d}{91000000 + 977 * position}" if who.shop_type != "individual" else "",
    }


def _upload(application: Application, who: Applicant, applicant: User) -> None:
    body = policy.active()[1]
    today = timezone.localdate()
    for requirement in body.requirements(who.shop_type, who.category):
        kind = body.documents[requirement.main]
        is_licence = requirement.main == "business_licence"
        picture = HERE / (f"licences/{who.key}.jpg" if is_licence else f"papers/{requirement.main}.jpg")
        years = who.licence_years_left if is_licence else 3
        facts = kind.facts
        document = documents.add_document(
            application=application,
            type=requirement.main,
            file=SimpleUploadedFile(picture.name, picture.read_bytes(), "image/jpeg"),
            actor=applicant,
            number=(who.uscc if is_licence else f"D-{application.pk:04d}-{len(requirement.main):02d}")
            if "number" in facts
            else "",
            holder=who.legal_name if "holder" in facts else "",
            issued_on=(who.founded if is_licence else today - dt.timedelta(days=200)) if "issued" in facts else None,
            expires_on=today + dt.timedelta(days=round(365 * years)) if "expires" in facts else None,
        )
        if is_licence and (recorded := readings().get(who.key)):
            reading.keep(document=document, **recorded)


@functools.cache
def readings() -> dict[str, dict[str, Any]]:
    """What the reader found on the demo's licences: shown at once, also where the extra is not installed."""
    kept: dict[str, dict[str, Any]] = json.loads((HERE / "licences" / "readings.json").read_text(encoding="utf-8"))
    return kept


def _sign(application: Application, applicant: User) -> None:
    for version in agreements.owed(application=application):
        agreements.sign(
            version=version,
            application=application,
            actor=applicant,
            language=applicant.language or "zh-hans",
            network="203.0.113.0/24",
        )


def _decide(application: Application, who: Applicant, applicant: User, operators: dict[str, User]) -> None:
    lin, stage = operators["lin"], who.stage
    if stage == Stage.SUBMITTED:
        return
    if stage == Stage.WITHDRAWN:
        applications.withdraw(application=application, actor=applicant)
        return
    review.open_case(application=application, user=lin)
    if stage == Stage.REJECTED:
        review.reject(application=application, actor=lin, reason_codes=["prohibited"])
    elif stage in (Stage.APPROVED, Stage.PROPOSED):
        review.approve(application=application, actor=lin)
    elif stage in (Stage.NEEDS_INFO, Stage.RESUBMITTED):
        review.ask_for_corrections(application=application, actor=lin, reason_codes=["legal_name"])
        if stage == Stage.RESUBMITTED:
            for request in applications.open_requests(application):
                applications.answer(request=request, value=who.legal_name, text="已按执照核对，名称一致。")
            applications.submit(application=application, actor=applicant)
    _release(application, lin)


def _release(application: Application, lin: User) -> None:
    """Nobody sits on a case of a fresh demo."""
    if item := item_of(application):
        release(item=item, user=lin)


def _wait(application: Application, hours: int) -> None:
    """Let it have been submitted some hours ago: the promise is counted from then."""
    application = Application.objects.get(pk=application.pk)
    if application.state not in Application.WITH_REVIEW:
        return
    Application.objects.filter(pk=application.pk).update(submitted_at=timezone.now() - dt.timedelta(hours=hours))
    item = enter_queue(Application.objects.get(pk=application.pk))
    item.entered_at = timezone.now() - dt.timedelta(hours=hours)
    item.save(update_fields=["entered_at"])
