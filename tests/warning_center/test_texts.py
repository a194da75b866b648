"""Warnings state their finding with its numbers, in the reader's language."""

import pytest
from django.utils import translation

from shopops.notifications.models import Message
from shopops.notifications.rendering import render
from tests.warning_center.factories import DAY, HOUR, NOW, cancel, check, document, only_warning, review, ship
from warning_center import services, texts
from warning_center.models import Warning
from warning_center.policy import rules_in_force

LATE = {
    "en": "Late shipment is 7.1% (12 of 169 orders); the limit is 4%",
    "zh-hans": "延迟发货率 7.1%（169 笔订单中 12 笔），上限 4%",
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_title_says_the_figure_and_the_limit(shop, language):
    ship(shop, late=12, of=169)
    check()
    with translation.override(language):
        assert only_warning().title == LATE[language]


@pytest.mark.parametrize(
    ("rule", "unit", "numerator", "denominator", "said"),
    [
        ("late_shipment", "percent", 402, 10_000, "4.02%"),
        ("late_shipment", "percent", 40_003, 1_000_000, "4.0003%"),
        ("late_shipment", "percent", 4, 100, "4%"),
        ("late_shipment", "percent", 71, 1_000, "7.1%"),
        ("review_score", "stars", 3_799, 1_000, "3.799"),
        ("review_score", "stars", 342, 100, "3.42"),
    ],
)
def test_a_figure_that_would_look_like_its_limit_gets_more_digits(policies, rule, unit, numerator, denominator, said):
    figure = Warning(unit=unit, numerator=numerator, denominator=denominator)
    assert texts.values(rules_in_force()[1].get(rule), figure)["value"] == said


def test_cancellation_reviews_and_documents_have_titles_of_their_own(new_shop):
    cancel(new_shop("a"), cancelled=6, of=100)
    review(new_shop("b"), [3, 3, 3, 4, 4, 4, 4, 4, 4, 4])
    expiring = new_shop("c")
    document(expiring, expiring.members.get().user, days=9)
    ended = new_shop("d")
    document(ended, ended.members.get().user, days=-9)
    check()
    titles = {warning.merchant.shop_name: warning.title for warning in Warning.objects.select_related("merchant")}
    assert titles == {
        "A": "Cancellation is 6% (6 of 100 orders); the limit is 2.5%",
        "B": "The average review is 3.7 stars (10 reviews); the limit is 3.8",
        "C": "Business licence is valid only until 27 Mar 2026",
        "D": "Business licence expired on 9 Mar 2026",
    }
    with translation.override("zh-hans"):
        assert Warning.objects.get(merchant=expiring).title == "营业执照将于2026年3月27日到期"


@pytest.mark.parametrize(
    ("language", "subject"),
    [("en", f"Warning for Willow & Wren: {LATE['en']}"), ("zh-hans", LATE["zh-hans"])],
)
def test_the_message_is_in_the_readers_language_whatever_the_jobs_was(shop, language, subject):
    ship(shop, late=12, of=169)
    check()
    words = render(Message.objects.get(), language)
    assert subject in words.subject
    assert f"/portal/warnings/{only_warning().number}/" in words.body
    assert "&amp;" not in words.subject + words.body


def test_every_kind_of_message_renders_in_both_languages(new_shop, make_user):
    for name in ("a", "b", "c"):
        ship(new_shop(name), late=12, of=169)
    check()
    from merchants.models import Merchant

    a, b, c = Merchant.objects.order_by("id")
    ship(a, late=40, of=40)
    ship(b, late=0, of=300)
    check(NOW + HOUR)
    services.withdraw(
        warning=Warning.objects.get(merchant=c), actor=make_user("wu"), reason="The carrier lost the scans.", at=NOW
    )
    check(NOW + 14 * DAY)
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert kinds == {f"warnings.{kind}" for kind in ("opened", "escalated", "revoked", "expired")}
    for message in Message.objects.all():
        for language in ("en", "zh-hans"):
            words = render(message, language)
            assert words.subject
            assert "{" not in words.subject + words.body
    withdrawn = Message.objects.exclude(context__reason="").get()
    assert "The carrier lost the scans." in render(withdrawn, "en").body


def test_policy_texts_are_data_and_never_code():
    from shopops.policies.kinds import Text

    assert texts.fill(Text(en="{value} of {0.__class__}", zh="某"), {"value": "1"}) == "1 of {0.__class__}"
