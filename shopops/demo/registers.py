"""Public registers, sample goods and related shops of the demo's applications."""

import datetime as dt

from merchants.models import Application, Merchant
from merchants.registers import services as registers
from merchants.services.checking import run_changed, run_checks

#: Numbers of permits: place and a serial number go in.
NUMBERS = {
    "food_licence": "JY{}{}",
    "food_production_licence": "SC{}{}",
    "ccc_certificate": "20{}{}",
    "health_food_approval": "国食健注G{1}",
}


def seed() -> None:
    """Ask the recorded registers about everybody who waits, and let the checks see the answers."""
    waiting = {each.applicant.email.partition("@")[0]: each for each in _waiting()}
    if beiling := waiting.get("beiling"):
        _circle(beiling)
    for position, application in enumerate(waiting.values()):
        _typed(application, position)
        registers.owe(application.uscc)
    registers.ask_due()
    for application in _waiting():
        run_checks(application=application)
    run_changed()


def _waiting() -> list[Application]:
    return list(Application.objects.filter(state__in=Application.WITH_REVIEW).select_related("applicant"))


def _typed(application: Application, position: int) -> None:
    """Permit numbers that could be some, and who authorised whom."""
    for document in application.documents.current():
        if pattern := NUMBERS.get(document.type):
            document.number = pattern.format(application.uscc[2:8], 20_240_000 + 37 * position)
        if document.type in ("trade_mark", "brand_authorisation"):
            document.brand = application.brand or "小陀螺"
        if document.type == "brand_authorisation":
            document.grantor = "" if position % 4 == 3 else "宁波小陀螺玩具股份有限公司"
        document.save()


def _circle(application: Application) -> None:
    """A shop with the same phone and bank account, and behind it a suspended one with the same legal person."""
    extras = list(Merchant.objects.filter(external_id__startswith="DEMO-1", state=Merchant.State.ACTIVE)[:3])
    Application.objects.filter(pk=application.pk).update(device_id="c0ffee" + "0" * 26)
    application.bank_name, application.bank_account = "招商银行北京分行", "6225 8801 2345 6789"
    application.save()
    near, far, name_sake = extras
    near.contact_phone, near.bank_account = application.contact_phone, application.bank_account
    near.legal_person, near.id_number = "周启明", "110108197903120019"
    near.save()
    far.legal_person, far.id_number = near.legal_person, near.id_number
    far.save()
    name_sake.shop_name = f"{application.shop_name}（华北）"
    name_sake.opened_at -= dt.timedelta(days=200)
    name_sake.save()
