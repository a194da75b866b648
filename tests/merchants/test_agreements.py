"""Agreements: signed before submitting, asked of shops when a version comes into force, readable for ever."""

import hashlib
from typing import Any

import pytest
from django.db import InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from merchants import agreements, services
from merchants.agreement_portal import banners, todos
from merchants.agreements import AGREEMENT, AgreementVersion
from merchants.errors import NotComplete, OnboardingError
from merchants.models import AgreementSigning, Merchant
from merchants.portal import MissingRight
from shopops.audit.models import Entry
from shopops.policies.models import PolicyVersion
from shopops.policies.services import load_pack
from tests.merchants.factories import draft


@pytest.fixture
def texts(policies: None) -> list[AgreementVersion]:
    for pack in AGREEMENT.packs:
        load_pack(AGREEMENT, pack.key)
    return agreements.in_force()


@pytest.fixture
def shop(make_user: Any) -> Merchant:
    merchant = Merchant.objects.create(shop_name="北岭户外", shop_type="multi_brand")
    merchant.members.create(user=make_user("owner"), role="owner")
    merchant.members.create(user=make_user("manager"), role="manager")
    return merchant


def person(merchant: Merchant, role: str) -> Any:
    return merchant.members.get(role=role).user


def replace(old: AgreementVersion) -> AgreementVersion:
    """A newer version in force, as publishing leaves it."""
    now = timezone.now()
    PolicyVersion.objects.filter(pk=old.pk).update(state="retired", retired_at=now)
    body = {**old.version.body, "title": {"en": "Newer terms", "zh": "新条款"}}
    return agreements.version_of(
        PolicyVersion.objects.create(
            kind=old.version.kind,
            key=old.key,
            number=2,
            body=body,
            content_hash="new",
            state="active",
            effective_from=now,
            activated_at=now,
        )
    )


def unsigned(applicant: Any) -> Any:
    application = draft(applicant)
    with connection_without_triggers():
        AgreementSigning.objects.filter(application=application).delete()
    return application


def connection_without_triggers() -> Any:
    import pgtrigger

    return pgtrigger.ignore("merchants.AgreementSigning:signing_kept")


def test_three_texts_ship_in_both_languages(texts):
    assert [each.key for each in texts] == ["service", "onboarding", "personal_data"]
    for each in texts:
        assert len(each.text("en")) > 500
        assert each.text("zh-hans") != each.text("en")


def test_an_application_is_not_submitted_unsigned(client, applicant, texts):
    application = unsigned(applicant)
    with pytest.raises(NotComplete) as refused:
        services.submit(application=application, actor=applicant)
    assert len(refused.value.problems) == 3
    client.force_login(applicant)
    address = reverse("merchants:sign", args=[application.number])
    assert "3 agreements to sign" in client.get(address).content.decode()
    text = client.post(address, {"agree": [texts[0].pk]}, headers={"Accept-Language": "zh-CN"}).content.decode()
    assert text.count("aria-invalid") == 2
    assert client.post(address, {"agree": [each.pk for each in texts]})["Location"].endswith("/submit/")
    first = AgreementSigning.objects.get(application=application, version=texts[0].version)
    assert (first.signed_by, first.language, first.network) == (applicant, "zh-hans", "127.0.0.0/24")
    assert first.text_hash == hashlib.sha256(texts[0].text("zh-hans").encode()).hexdigest()
    assert Entry.objects.filter(action="merchants.agreement.signed").count() >= 3
    services.submit(application=application, actor=applicant)


def test_signing_twice_is_one_signature(applicant, texts):
    application = draft(applicant)
    first = AgreementSigning.objects.get(application=application, version=texts[0].version)
    again = agreements.sign(version=texts[0], application=application, actor=applicant, language="en")
    assert again.pk == first.pk


def test_a_signature_is_never_changed_or_deleted(applicant, texts):
    draft(applicant)
    for change in (lambda rows: rows.update(language="en"), lambda rows: rows.delete()):
        with pytest.raises(InternalError), transaction.atomic():
            change(AgreementSigning.objects.all())


def test_what_the_applicant_signed_counts_for_the_shop_until_a_newer_version(applicant, reviewer, texts):
    application = services.submit(application=draft(applicant), actor=applicant)
    services.open_case(application=application, user=reviewer)
    merchant = services.approve(application=application, actor=reviewer).merchant
    assert agreements.owed(merchant=merchant) == []
    newer = replace(texts[0])
    assert agreements.owed(merchant=merchant) == [newer]


def test_owners_are_asked_and_only_owners_sign(client, shop, texts):
    now = timezone.now()
    assert "3 agreements" in banners(shop.pk, now)[0].title
    assert [each.due for each in todos(shop.pk, now)] == [agreements.due(each) for each in texts]
    address = reverse("merchants:shop_agreements")
    client.force_login(person(shop, "manager"))
    assert 'name="agree"' not in client.get(address).content.decode()
    assert client.post(address, {"agree": [texts[0].pk]}).status_code == 403
    with pytest.raises(MissingRight):
        agreements.sign(version=texts[0], merchant=shop, actor=person(shop, "manager"), language="en")
    client.force_login(person(shop, "owner"))
    client.post(address, {"agree": [each.pk for each in texts]})
    assert agreements.owed(merchant=shop) == []
    assert banners(shop.pk, now) == todos(shop.pk, now) == []
    assert "Everything is signed" in client.get(address).content.decode()


def test_an_old_text_stays_readable_and_cannot_be_signed(client, shop, texts):
    old = texts[0]
    replace(old)
    old = agreements.published(old.pk)
    text = client.get(reverse("merchants:agreement", args=[old.pk])).content.decode()
    assert "This is an older version" in text
    with pytest.raises(OnboardingError):
        agreements.sign(version=old, merchant=shop, actor=person(shop, "owner"), language="en")
    file = client.get(reverse("merchants:agreement_download", args=[old.pk]), headers={"Accept-Language": "zh-CN"})
    assert hashlib.sha256(file.content).hexdigest() == old.text_hash("zh-hans")
    assert file["Content-Disposition"].startswith("attachment")


def test_drafts_and_other_policies_are_no_agreements_to_read(client, texts):
    other = PolicyVersion.objects.filter(kind="onboarding").get()
    assert client.get(reverse("merchants:agreement", args=[other.pk])).status_code == 404
    assert client.get("/apply/agreements/").status_code == 200


def test_the_console_lists_signings(client, applicant, texts, supervisor):
    draft(applicant)
    client.force_login(supervisor)
    response = client.get(reverse("admin:merchants_agreementsigning_changelist"))
    assert response.status_code == 200
    assert "Merchant service agreement" in response.content.decode()
