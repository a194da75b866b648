"""What the merchants' own sources tell, and that each gives its newest before a moment."""

import datetime as dt

import pytest
from django.utils import timezone

from merchants.credit.models import ScoreSnapshot
from merchants.file.sources import SOURCES, onboarding, score
from merchants.models import Document
from shopops.policies.models import PolicyVersion
from shopops.policies.services import load_packs


@pytest.fixture
def version(db):
    load_packs()
    return PolicyVersion.objects.filter(kind="credit_score").first()


def test_the_score_tells_the_first_grade_and_every_change_of_it_on_its_day(merchant, version):
    today = timezone.localdate()
    for days, grade in ((6, "A"), (5, "A"), (4, "B"), (3, "B"), (1, "A")):
        ScoreSnapshot.objects.create(
            merchant=merchant, day=today - dt.timedelta(days=days), score=0, grade=grade, policy_version=version,
            fingerprint=str(days),
        )  # fmt: skip
    told = score.score(merchant, None, 10)
    assert [entry.title for entry in told] == ["Grade B became A", "Grade A became B", "First score: 0, grade A"]
    assert [timezone.localtime(entry.at).date() for entry in told] == [
        today - dt.timedelta(days=days) for days in (1, 4, 6)
    ]
    assert [entry.title for entry in score.score(merchant, told[0].at, 1)] == ["Grade A became B"]
    assert score.score(merchant, told[-1].at, 5) == []


def test_documents_tell_upload_replacement_and_the_end_of_the_last_valid_day(merchant, make_user):
    today, now = timezone.localdate(), timezone.now()
    person = make_user("chen")

    def document(number, **facts):
        return Document.objects.create(
            merchant=merchant, type="business_licence", original_name="a.png", content_type="image/png", size=1,
            sha256=f"{number:064x}", uploaded_by=person, file="a.png", **facts,
        )  # fmt: skip

    document(1, uploaded_at=now - dt.timedelta(days=9), replaced_at=now - dt.timedelta(days=5),
             expires_on=today - dt.timedelta(days=7))  # fmt: skip
    document(2, uploaded_at=now - dt.timedelta(days=5), expires_on=today - dt.timedelta(days=1))
    document(3, uploaded_at=now - dt.timedelta(days=4), expires_on=today)
    told = onboarding.documents(merchant, None, 20)
    assert [entry.title.rpartition(" ")[2] for entry in told].count("out") == 1  # valid through today, or replaced
    assert [entry.at for entry in told] == sorted((entry.at for entry in told), reverse=True)
    assert any("replaced by a newer one" in entry.title for entry in told)
    assert all(entry.by == "" for entry in onboarding.documents_told(merchant, None, 20))


def test_no_source_gives_more_than_it_is_asked_for_nor_anything_from_the_moment_on(merchant, version, make_user):
    for number in range(4):
        merchant.brand = f"B{number}"
        merchant.save()
    for source in SOURCES:
        whole = list(source.entries(merchant, None, 50))
        assert len(source.entries(merchant, None, 1)) == min(1, len(whole)), source.code
        for entry in whole:
            earlier = source.entries(merchant, entry.at, 50)
            assert all(each.at < entry.at for each in earlier), source.code
