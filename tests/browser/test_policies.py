"""A change of a policy from the author's editor to the second person's approval, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from shopops.policies.models import PolicyVersion
from tests.browser.looking import follow, keep

pytestmark = pytest.mark.browser


def test_an_author_proposes_and_a_second_person_approves(open_page: Callable[..., Page], make_user: Any) -> None:
    """The author may approve others' changes too, but not this one."""
    author = open_page(user=make_user("ines", roles=["risk_analyst", "supervisor"]))
    author.goto(reverse("admin:policies_policyversion_changelist"))
    expect(author.get_by_role("link", name="Notice periods", exact=True)).to_be_visible()
    author.goto(reverse("admin:policies_kind", args=["notice_period", "default"]))
    with author.expect_navigation():
        author.get_by_role("button", name="New draft").click()
    author.locator("input[name=usual_days]").fill("ten")
    with author.expect_navigation():
        author.get_by_role("button", name="Save draft").click()
    expect(author.locator("input[name=usual_days]")).to_have_value("ten")
    expect(author.get_by_text("“ten” is no number").first).to_be_visible()
    author.locator("input[name=usual_days]").fill("10")
    author.locator("input[name=adaptation_days]").fill("14")
    with author.expect_navigation():
        author.get_by_role("button", name="Save draft").click()
    version = PolicyVersion.objects.get(kind="notice_period", number=2)
    follow(author, f"a[href$='/{version.pk}/do/submit/']")
    author.locator("textarea[name=note]").fill("Ten days are kinder than seven")
    with author.expect_navigation():
        author.get_by_role("button", name="Submit for approval").click()
    expect(author.get_by_text("A second person has to decide on it")).to_be_visible()
    expect(author.get_by_role("link", name="Approve", exact=True)).to_have_count(0)
    keep(author, "policies-submitted")

    boss = open_page("zh-CN", width=390, user=make_user("zhou", roles=["supervisor"], language="zh-hans"))
    boss.goto(reverse("admin:policies_approvals"))
    follow(boss, f"a[href$='/{version.pk}/do/approve/']")
    expect(boss.locator("del").first).to_contain_text("7")
    expect(boss.locator("ins").first).to_contain_text("10")
    keep(boss, "policies-decide-zh")
    with boss.expect_navigation():
        boss.locator("form").filter(has=boss.locator("[name=effective_from]")).locator("button[type=submit]").click()
    version.refresh_from_db()
    assert version.state == PolicyVersion.State.ACTIVE
    assert version.approver is not None and version.approver.name == "zhou"
