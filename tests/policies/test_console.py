"""The console: who sees and does what, editing without losing anything, comparing, deciding, files."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from shopops.policies.forms.raw import raw_of
from shopops.policies.kinds import kinds
from shopops.policies.models import PolicyVersion
from shopops.policies.nodes import node_of
from shopops.policies.selectors import active_version
from shopops.policies.services import approve, create_draft, load_packs, roll_back, save_draft, submit
from tests.policies.posting import PageForm, as_posted

State = PolicyVersion.State


@pytest.fixture
def signed_in(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def posted(kind, version, **changes):
    """What the browser sends for the editor's form."""
    node = node_of(kind.type)
    data = dict(as_posted(node, raw_of(node, version.body)).lists())
    data["token"] = version.content_hash
    return {**data, **{name.replace("__", "."): value for name, value in changes.items()}}


def page(client, name, *args, status=200, **data):
    answer = client.get(reverse(f"admin:policies_{name}", args=args), data)
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


def test_every_page_opens_for_every_kind(db, signed_in, make_user):
    load_packs()
    client = signed_in(make_user("zhou", roles=["supervisor"]))
    page(client, "policyversion_changelist")
    page(client, "approvals")
    for kind in kinds:
        version = create_draft(kind=kind, author=make_user(f"author-{kind.code}", roles=["supervisor"]))
        page(client, "kind", kind.code, "default")
        page(client, "policyversion_change", version.pk)
        page(client, "compare", version.pk)
        page(client, "edit", version.pk)
        page(client, "act", version.pk, "submit")
        page(client, "import", kind.code, "default")
        assert page(client, "export", version.pk, "toml")


def test_pages_are_drawn_in_chinese_too(db, signed_in, make_user):
    load_packs()
    client = signed_in(make_user("zhou", roles=["supervisor"], language="zh-hans"))
    version = create_draft(kind=kinds.get("warning_rules"), author=make_user("a", roles=["supervisor"]))
    assert "延迟发货" in page(client, "edit", version.pk)


@pytest.mark.parametrize(
    ("role", "status"),
    [("risk_analyst", 200), ("auditor", 403), ("announcer", 403), ("logistics_desk", 403), (None, 302)],
)
def test_only_the_editors_of_a_kind_edit_it(kind, draft_of, client, make_user, role, status):
    draft = draft_of(kind, hours=24)
    if role:
        client.force_login(make_user("somebody", roles=[role]))
    for name, args in (("edit", [draft.pk]), ("act", [draft.pk, "submit"]), ("import", [kind.code, "default"])):
        assert client.get(reverse(f"admin:policies_{name}", args=args)).status_code == status, name
    expected = {200: 302}.get(status, status)
    assert client.post(reverse("admin:policies_new", args=[kind.code, "default"])).status_code == expected


def test_a_draft_is_edited_and_saved(kind, draft_of, author, signed_in):
    draft = draft_of(kind)
    client = signed_in(author)
    answer = client.post(
        reverse("admin:policies_edit", args=[draft.pk]), posted(kind, draft, hours="24", title__zh="更迟")
    )
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.body["hours"], draft.body["title"]) == (24, {"en": "Late", "zh": "更迟"})


def test_every_kinds_form_holds_all_of_its_document(db, signed_in, make_user):
    load_packs()
    for kind in kinds:
        version = create_draft(kind=kind, author=make_user(f"author-{kind.code}", roles=["supervisor"]))
        client = signed_in(make_user(f"editor-{kind.code}", roles=[kind.editors[0].value]))
        url = reverse("admin:policies_edit", args=[version.pk])
        drawn = PageForm.read(client.get(url).content.decode())
        drawn.pop("csrfmiddlewaretoken")
        assert drawn.pop("token") == [version.content_hash]
        assert drawn == {name: values for name, values in posted(kind, version, token=[]).items() if values}
        assert client.post(url, {**drawn, "token": version.content_hash}).status_code == 302
        assert PolicyVersion.objects.get(pk=version.pk).content_hash == version.content_hash


def test_an_error_names_its_place_by_the_labels(db, author, signed_in):
    load_packs()
    kind = kinds.get("warning_rules")
    version = create_draft(kind=kind, author=author)
    url = reverse("admin:policies_edit", args=[version.pk])
    data = posted(kind, version) | {"rules.0.not_rectified.1.en": "", "rules.0.hours": "soon"}
    page = signed_in(author).post(url, data).content.decode()
    for place, where in (
        ("rules.0.hours", "Rules › Late shipment › Time to rectify"),
        ("rules.0.not_rectified.1.en", "Rules › Late shipment › What does not count as rectified › Row 2 › English"),
    ):
        assert f'<a href="#id_{place}">{where}</a>' in page
        assert f'id="id_{place}"' in page


def test_an_error_is_beside_its_field_and_nothing_is_lost(kind, draft_of, author, signed_in):
    draft = draft_of(kind)
    answer = signed_in(author).post(
        reverse("admin:policies_edit", args=[draft.pk]), posted(kind, draft, hours="soon", title__en="A new title")
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "“soon” is no number" in html
    assert 'value="soon"' in html
    assert "A new title" in html
    draft.refresh_from_db()
    assert draft.body["hours"] == 48


def test_a_row_is_added_without_saving(db, author, signed_in):
    load_packs()
    kind = kinds.get("warning_rules")
    draft = create_draft(kind=kind, author=author)
    client, url = signed_in(author), reverse("admin:policies_edit", args=[draft.pk])
    html = client.post(url, {**posted(kind, draft), "op": "add:rules:document", "rules.0.hours": "7x"}).content.decode()
    assert 'name="rules.4.code"' in html
    assert 'value="7x"' in html
    draft.refresh_from_db()
    assert draft.body == active_version("warning_rules").body


def test_a_draft_that_somebody_else_saved_is_not_overwritten(kind, draft_of, author, approver, signed_in):
    draft = draft_of(kind)
    mine = posted(kind, draft, hours="99")
    save_draft(version=draft, body={**draft.body, "hours": 20}, token=draft.content_hash, actor=approver)
    client, url = signed_in(author), reverse("admin:policies_edit", args=[draft.pk])
    answer = client.post(url, mine)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "zhou saved this draft" in html
    assert "<del>48</del>" in html
    assert 'value="99"' in html
    draft.refresh_from_db()
    assert draft.body["hours"] == 20
    assert client.post(url, {**mine, "token": draft.content_hash}).status_code == 302
    draft.refresh_from_db()
    assert draft.body["hours"] == 99


def test_a_fixed_version_has_no_editor(kind, author, signed_in):
    answer = signed_in(author).get(reverse("admin:policies_edit", args=[active_version(kind.code).pk]), follow=True)
    assert "This version is fixed" in answer.content.decode()


def test_the_author_has_no_approve_button_and_is_refused(kind, draft_of, make_user, signed_in):
    both = make_user("both", roles=["risk_analyst", "supervisor"])
    draft = submit(version=draft_of(kind, by=both, hours=24), actor=both, note="why")
    client = signed_in(both)
    html = page(client, "policyversion_change", draft.pk)
    approve_url = reverse("admin:policies_act", args=[draft.pk, "approve"])
    assert approve_url not in html
    assert "A second person has to decide" in html
    for method in (client.get, client.post):
        assert method(approve_url).status_code == 403
    draft.refresh_from_db()
    assert draft.state == State.SUBMITTED


def test_the_second_person_compares_and_approves_on_one_page(kind, draft_of, author, approver, signed_in):
    draft = submit(version=draft_of(kind, hours=24), actor=author, note="Faster answers")
    client = signed_in(approver)
    assert reverse("admin:policies_act", args=[draft.pk, "approve"]) in page(client, "approvals")
    html = page(client, "act", draft.pk, "approve")
    for words in (
        "Faster answers",
        "<del>48</del>",
        "<ins>24</ins>",
        reverse("admin:policies_act", args=[draft.pk, "reject"]),
    ):
        assert words in html
    client.post(reverse("admin:policies_act", args=[draft.pk, "approve"]), {"reason": "Agreed"})
    draft.refresh_from_db()
    assert (draft.state, draft.approver) == (State.ACTIVE, approver)


def test_too_early_a_date_is_refused_beside_the_field(told_kind, draft_of, author, signed_in):
    draft = draft_of(told_kind, hours=24)
    soon = (timezone.localtime() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    answer = signed_in(author).post(
        reverse("admin:policies_act", args=[draft.pk, "submit"]), {"note": "why", "effective_from": soon}
    )
    assert answer.status_code == 422
    assert "The earliest moment is" in answer.content.decode()
    assert soon in answer.content.decode()


def test_a_button_of_an_old_page_says_so(kind, draft_of, author, approver, signed_in):
    draft = submit(version=draft_of(kind, hours=24), actor=author, note="why")
    approve(version=draft, actor=approver)
    answer = signed_in(approver).post(reverse("admin:policies_act", args=[draft.pk, "approve"]), follow=True)
    assert "somebody was faster" in answer.content.decode()


def test_a_retired_version_is_rolled_back_from_its_page(kind, draft_of, author, approver, signed_in):
    first = active_version(kind.code)
    approve(version=submit(version=draft_of(kind, hours=24), actor=author, note="why"), actor=approver)
    client = signed_in(author)
    assert "Roll back to this version" in page(client, "policyversion_change", first.pk)
    client.post(reverse("admin:policies_act", args=[first.pk, "roll-back"]), {"note": "It hurts"})
    newest = PolicyVersion.objects.filter(kind=kind.code).latest("number")
    assert (newest.state, newest.rolls_back, newest.body["hours"]) == (State.SUBMITTED, True, 48)


def test_any_two_versions_are_compared(kind, draft_of, author, approver, signed_in):
    first = active_version(kind.code)
    approve(version=submit(version=draft_of(kind, hours=24), actor=author, note="why"), actor=approver)
    second = active_version(kind.code)
    approve(version=roll_back(to=first, actor=author, note="why"), actor=approver)
    third = active_version(kind.code)
    client = signed_in(author)
    assert "<del>24</del>" in page(client, "compare", third.pk)
    assert "Nothing differs" in page(client, "compare", third.pk, **{"with": first.pk})
    assert "<ins>24</ins>" in page(client, "compare", second.pk)


@pytest.mark.parametrize("form", ["toml", "json"])
def test_an_export_can_be_changed_and_imported(kind, author, signed_in, form):
    client = signed_in(author)
    text = page(client, "export", active_version(kind.code).pk, form)
    url = reverse("admin:policies_import", args=[kind.code, "default"])
    client.post(url, {"file": SimpleUploadedFile(f"p.{form}", text.replace("48", "30").encode())})
    draft = PolicyVersion.objects.get(kind=kind.code, number=2)
    assert (draft.state, draft.body["hours"], draft.author) == (State.DRAFT, 30, author)


@pytest.mark.parametrize(
    ("text", "words"),
    [("hours = 'soon'", "hours"), ("{", "neither TOML nor JSON"), ("", "Choose a file"), ("x = 1", "x")],
)
def test_an_import_that_does_not_fit_says_where(kind, author, signed_in, text, words):
    full = text if text in ("{", "") else f'{text}\nlimit = 1.0\ntitle = {{ en = "a", zh = "b" }}'
    answer = signed_in(author).post(reverse("admin:policies_import", args=[kind.code, "default"]), {"text": full})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PolicyVersion.objects.filter(kind=kind.code, state="draft").exists()


def test_a_file_that_is_no_text_is_refused(kind, author, signed_in):
    answer = signed_in(author).post(
        reverse("admin:policies_import", args=[kind.code, "default"]),
        {"file": SimpleUploadedFile("p", b"\xff\xfe\x00")},
    )
    assert "not UTF-8" in answer.content.decode()


def test_a_version_of_a_kind_that_is_gone_can_still_be_read(approver, signed_in):
    version = PolicyVersion.objects.create(
        kind="gone", number=1, body={"a": 1}, content_hash="x", state="retired", effective_from=timezone.now()
    )
    client = signed_in(approver)
    html = page(client, "policyversion_change", version.pk)
    assert "No part of the product reads this kind any more" in html
    assert "does not match its content hash" in html
    assert '"a": 1' in page(client, "export", version.pk, "json")


def test_a_held_version_says_why(told_kind, draft_of, author, approver, signed_in, monkeypatch):
    draft = submit(version=draft_of(told_kind, hours=24), actor=author, note="why")
    approved = approve(version=draft, actor=approver)
    from shopops.notifications.models import Delivery

    Delivery.objects.filter(message__key=approved.notice_key).update(state=Delivery.State.FAILED)
    moment = approved.effective_from + dt.timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    html = page(signed_in(approver), "policyversion_change", approved.pk)
    assert "held back" in html
    assert "1 of 1 people were told less than 7 days ago or not at all" in html
