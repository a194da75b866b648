"""How far the licence agrees, and how old the registers' answers are."""

import datetime as dt

import pytest
from django.utils import timezone

from merchants.models import Application, Document, Reading
from merchants.registers.models import RegisterAnswer
from merchants.screening import sources
from tests.merchants.factories import submitted

NAME, CODE = "杭州北岭户外用品有限公司", "9144030071526726XG"
FORM = {"uscc": CODE, "legal_name": NAME, "address": "杭州市西湖区文三路 90 号东部软件园 3 号楼 201 室"}
NEARLY = "杭州市西湖区文三路90号东部软件园3号楼207室"


@pytest.mark.parametrize(
    ("read", "share"),
    [
        ({"uscc": CODE, "legal_name": NAME}, 1.0),
        (
            {
                "uscc": CODE,
                "legal_name": NAME,
                "address": NEARLY,
            },
            1.0,
        ),
        ({"uscc": CODE, "legal_name": "杭州南岭户外用品有限公司"}, 0.5),
        (
            {
                "uscc": CODE,
                "legal_name": NAME,
                "address": "北京市朝阳区建国路 1 号",
            },
            2 / 3,
        ),
        ({"uscc": CODE}, None),
        ({}, None),
    ],
)
def test_the_share_of_what_was_read_that_says_what_the_form_says(read, share):
    assert sources.agreement(Application(**FORM), read) == (share if share is None else pytest.approx(share))


def test_only_the_present_licence_counts(applicant):
    application = submitted(applicant)
    licence = Document.objects.get(application=application, type="business_licence")
    reading, _made = Reading.objects.update_or_create(
        document=licence, defaults={"state": "done", "problem": "", "read_at": timezone.now(), "engine": "x"}
    )
    reading.fields = {name: {"value": getattr(application, name)} for name in ("uscc", "legal_name")}
    reading.save()
    assert sources.agreements([application]) == {application.pk: 1.0}
    Document.objects.filter(pk=licence.pk).update(replaced_at=timezone.now())
    assert sources.agreements([application]) == {}


def test_the_latest_answer_of_each_register_counts_if_it_knows_the_company(applicant):
    application = submitted(applicant)
    now = timezone.now()
    RegisterAnswer.objects.all().delete()
    for kind, days, found in (("registration", 40, True), ("registration", 3, True), ("credit_record", 1, False)):
        RegisterAnswer.objects.create(
            uscc=application.uscc, kind=kind, found=found, source="x", asked_at=now - dt.timedelta(days=days),
            expires_at=now + dt.timedelta(days=9),
        )  # fmt: skip
    ages = sources.register_days([application], now)
    assert ages == {application.pk: {"registration": pytest.approx(3)}}
