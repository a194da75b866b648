"""Every stateful model keeps the house rule: each transition is audited, and tells somebody or says why not."""

import pytest
from django.apps import apps
from django.db import models
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django_fsm import FSMField

from shopops.notifications.kinds import message_kinds

STATEFUL = [model for model in apps.get_models() if any(isinstance(field, FSMField) for field in model._meta.fields)]


def transitions_of(model: type[models.Model]) -> set[str]:
    field = next(field for field in model._meta.fields if isinstance(field, FSMField))
    return {transition.name for transition in field.get_all_transitions(model)}


def test_there_are_stateful_models():
    assert {model.__name__ for model in STATEFUL} >= {"Application", "Warning", "Window"}


@pytest.mark.parametrize("model", STATEFUL, ids=lambda model: model.__name__)
def test_every_transition_has_an_effect(model):
    assert transitions_of(model) <= set(model.EFFECTS)


@pytest.mark.parametrize("model", STATEFUL, ids=lambda model: model.__name__)
def test_the_state_cannot_be_assigned(model):
    field = next(field for field in model._meta.fields if isinstance(field, FSMField))
    assert field.protected


@pytest.mark.parametrize("model", STATEFUL, ids=lambda model: model.__name__)
def test_every_effect_tells_somebody_or_says_why_not(model):
    for name, effect in model.EFFECTS.items():
        assert effect.notice or effect.silent_because, f"{model.__name__}.{name} is silent without a reason"
        assert effect.event.startswith(f"{model._meta.app_label}."), effect.event
        if effect.notice:
            assert effect.notice.kind in message_kinds, effect.notice.kind


def test_every_message_kind_has_its_templates():
    missing = []
    for kind in message_kinds:
        for part in ("subject", "body"):
            try:
                get_template(f"messages/{kind.code}.{part}.txt")
            except TemplateDoesNotExist:
                missing.append(f"{kind.code}.{part}")
    assert missing == []
