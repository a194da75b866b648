"""Every stateful model keeps the house rule: each transition is audited, published, and tells somebody or says why not.

Models are found in the app registry, so that a new one is held to it by existing.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django_fsm import FSMField

from complaints.models import Complaint
from complaints.services import answer, file_complaint
from merchants.models import Member, Merchant
from shopops.audit.models import Entry
from shopops.notifications.kinds import message_kinds
from shopops.notifications.models import Message
from shopops.policies.services import load_packs
from shopops.transitions import handler
from shopops.transitions.handler import Effect, OutsideTheHandler, SecondPersonNeeded, TransitionRefused, perform
from shopops.webhooks.catalogue import describe, event_types, payloads
from shopops.webhooks.models import OutboxEvent

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("shopops", "merchants", "orders", "warnings", "complaints", "maintenance")
STATEFUL = [model for model in apps.get_models() if any(isinstance(field, FSMField) for field in model._meta.fields)]
TELLING = [model for model in apps.get_models() if hasattr(model, "EFFECTS")]
EFFECTS = [(model, name, effect) for model in TELLING for name, effect in model.EFFECTS.items()]


def states_of(model: type[models.Model]) -> list[FSMField]:
    return [field for field in model._meta.fields if isinstance(field, FSMField)]


def transitions_of(model: type[models.Model]) -> set[str]:
    return {transition.name for field in states_of(model) for transition in field.get_all_transitions(model)}


def named(model: type[models.Model]) -> str:
    return model._meta.label


def test_there_are_stateful_models():
    assert {model.__name__ for model in STATEFUL} >= {"Application", "Complaint", "Warning", "Window"}


@pytest.mark.parametrize("model", STATEFUL, ids=named)
def test_every_transition_has_an_effect(model):
    assert transitions_of(model) <= set(model.EFFECTS)


@pytest.mark.parametrize("model", STATEFUL, ids=named)
def test_the_state_cannot_be_assigned(model):
    assert all(field.protected for field in states_of(model))


@pytest.mark.parametrize(("model", "name", "effect"), EFFECTS, ids=lambda each: getattr(each, "event", ""))
def test_every_effect_tells_somebody_or_says_why_not(model, name, effect):
    assert effect.notice or len(effect.silent_because) > 10, f"{named(model)}.{name} is silent without a reason"
    assert effect.event.startswith(f"{model._meta.app_label}."), effect.event
    if effect.notice:
        assert effect.notice.kind in message_kinds, effect.notice.kind


@pytest.mark.parametrize(("model", "name", "effect"), EFFECTS, ids=lambda each: getattr(each, "event", ""))
def test_every_effect_is_an_event_that_integrators_can_look_up(model, name, effect):
    assert event_types()[effect.event].example["object"] == model._meta.label_lower
    assert str(effect.label)


@pytest.mark.parametrize("model", STATEFUL, ids=named)
def test_nothing_moves_but_through_the_handler(model):
    """Called directly, every transition of every model refuses: no audit entry, event or message could be missing."""
    for field in states_of(model):
        for transition in field.get_all_transitions(model):
            source = transition.source
            obj = model(**{field.name: field.get_default() if source in ("*", "+") else source})
            # Conditions may need a whole object; what is asked here is who may call at all.
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(transition, "conditions", [], raising=False)
                patch.setattr(transition, "permission", None, raising=False)
                with pytest.raises((OutsideTheHandler, TypeError)):
                    getattr(obj, transition.name)()


def _calls(names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    for folder in SOURCES:
        for path in (ROOT / folder).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def _root(node: ast.AST) -> str:
    while isinstance(node, (ast.Call, ast.Attribute)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def test_no_statement_writes_a_state_past_the_handler():
    """`Model.objects….update(state=…)` would move rows without a word."""
    states = {model.__name__: {field.name for field in states_of(model)} for model in STATEFUL}
    found = [
        place
        for place, call in _calls({"update", "bulk_update"})
        if {keyword.arg for keyword in call.keywords} & states.get(_root(call), set())
    ]
    assert found == []


def test_every_message_kind_has_its_templates():
    missing = []
    for kind in message_kinds:
        for part in ("subject", "body"):
            try:
                get_template(f"messages/{kind.code}.{part}.txt")
            except TemplateDoesNotExist:
                missing.append(f"{kind.code}.{part}")
    assert missing == []


@pytest.fixture
def complaint(db, make_user) -> Complaint:
    load_packs()
    merchant = Merchant.objects.create(shop_name="Linen House")
    Member.objects.create(merchant=merchant, user=make_user("lin"))
    return file_complaint(
        merchant=merchant,
        order_reference="42",
        kind="quality",
        text="Call me: 13800000417",
        buyer_name="Chen",
        buyer_contact="chen@example.com",
    )


def _published() -> "models.QuerySet[OutboxEvent]":
    return OutboxEvent.objects.filter(type__startswith="complaints.").order_by("id")


def written() -> tuple[list[str], list[str], list[str]]:
    return (
        list(Entry.objects.filter(action__startswith="complaints.").order_by("id").values_list("action", flat=True)),
        list(_published().values_list("type", flat=True)),
        list(Message.objects.filter(kind__startswith="complaints.").order_by("id").values_list("kind", flat=True)),
    )


def test_a_life_is_audited_published_and_told_step_by_step(complaint, make_user):
    agent = make_user("agent", roles=["complaint_agent"])
    answer(complaint=complaint, actor=None, text="We sent a new one; her number is 13800000417.")
    perform(complaint, "uphold", actor=agent, reason="Photos show the damage.", by=agent, why="Photos show the damage.")
    audited, published, told = written()
    assert audited == published == [f"complaints.complaint.{step}" for step in ("filed", "answered", "upheld")]
    assert told == ["complaints.received", "complaints.ruled"]
    steps = _published().values_list("data", flat=True)
    assert [(data["previous_state"], data["state"]) for data in steps] == [
        (None, "received"),
        ("received", "answered"),
        ("answered", "upheld"),
    ]
    assert {event.merchant_id for event in _published()} == {complaint.merchant_id}


def test_events_carry_no_personal_data_and_nothing_that_somebody_wrote(complaint):
    answer(complaint=complaint, actor=None, text="Her number is 13800000417.")
    for event in _published():
        text = event.body.decode()
        assert not [word for word in ("13800000417", "Chen", "chen@example.com", "number is") if word in text]


def test_a_refused_step_leaves_nothing_behind(complaint):
    before = written()
    with pytest.raises(TransitionRefused):
        perform(complaint, "uphold", actor=None, by=None, why="Too early.")
    assert written() == before


def test_a_payload_has_what_its_example_shows(complaint):
    assert set(describe(complaint, before="", url="")) == set(event_types()["complaints.complaint.filed"].example)
    for payload in payloads:
        assert apps.get_model(payload.code) in TELLING


def with_not_by(monkeypatch, not_by) -> None:
    effect = Complaint.EFFECTS["give_answer"]
    bound = Effect(effect.event, effect.label, effect.notice, effect.silent_because, not_by)
    monkeypatch.setitem(Complaint.EFFECTS, "give_answer", bound)


def test_who_had_a_part_in_it_is_refused_and_others_are_not(complaint, make_user, monkeypatch):
    one, two = make_user("one"), make_user("two")
    with_not_by(monkeypatch, lambda obj: [one.pk, None])
    before = written()
    with pytest.raises(SecondPersonNeeded, match="second person"):
        perform(complaint, "give_answer", actor=one, text="x")
    assert written() == before and Complaint.objects.get().state == "received"
    perform(complaint, "give_answer", actor=two, text="x")


def test_words_of_its_own_and_the_platform_is_never_barred(complaint, make_user, monkeypatch):
    one = make_user("one")
    with_not_by(monkeypatch, lambda obj: {one.pk: "You wrote this.", None: "Nobody"})
    assert handler.barred(complaint, "give_answer", one) == "You wrote this."
    with pytest.raises(SecondPersonNeeded, match="You wrote this"):
        perform(complaint, "give_answer", actor=one, text="x")
    perform(complaint, "give_answer", actor=None, text="x")
