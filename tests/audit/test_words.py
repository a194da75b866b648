"""Nobody reads codes in the audit log."""

import ast
from pathlib import Path

import pytest

from shopops.audit.words import FieldWords, in_words

ROOT = Path(__file__).resolve().parents[2]
CODE = [path for room in ("shopops", "merchants", "orders", "complaints", "maintenance", "warnings") for path in
        sorted((ROOT / room).rglob("*.py"))]  # fmt: skip


def _recorded(path: Path) -> set[str]:
    """The actions that a file hands to `audit.record` as they are written there."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    given = [word.value for call in calls for word in call.keywords if word.arg == "action" and _records(call)]
    texts = [each for value in given for each in ast.walk(value) if isinstance(each, ast.Constant)]
    codes = {str(each.value) for each in texts if str(each.value).count(".") > 1 or path.parts[-2] == "audit"}
    return {code for code in codes if not code.endswith(".")}


def _records(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute | ast.Name) and ast.unparse(call.func).rpartition(".")[2] == "record"


@pytest.mark.parametrize("action", sorted({each for path in CODE for each in _recorded(path)}))
def test_every_action_has_a_name(action):
    assert in_words(action) != action


def test_an_action_of_a_transition_is_called_like_the_transition():
    assert in_words("merchants.application.approved") == "Application approved"
    assert in_words("gone.with.its.app") == "gone.with.its.app"


def test_facts_are_told_in_the_words_of_the_objects_fields(client, make_user):
    from django.urls import reverse
    from django.utils import translation

    from merchants.models import Application
    from shopops.audit import services as audit

    auditor = make_user("auditor", roles=["auditor"], is_staff=True)
    application = Application.objects.create(number="A-1", applicant=auditor, shop_name="Wren")
    entry = audit.record(
        action="merchants.application.approved",
        target=application,
        actor=None,
        before={"state": "in_review"},
        after={"state": "approved", "codes": ["x"]},
    )
    words = FieldWords(Application)
    with translation.override("zh-hans"):
        assert (words.label("state"), words.value("state", "in_review")) == ("状态", "审核中")
    assert (words.label("codes"), words.value("codes", "x")) == ("codes", "x")
    client.force_login(auditor)
    page = client.get(reverse("admin:audit_entry_change", args=[entry.pk])).content.decode()
    assert "In review → Approved" in page and "Application approved" in page
    assert reverse("admin:audit_entry_receipt", args=[entry.pk]) in page, "the receipt can be reached"
