"""The recorded register of the demo and of tests."""

import json

import pytest

from merchants.registers.facts import CreditRecord, Registration
from merchants.registers.providers import Away, provider
from merchants.registers.recorded import RecordedProvider
from shopops.demo.cast import APPLICANTS, Stage


@pytest.mark.parametrize("who", [each for each in APPLICANTS if each.stage != Stage.DRAFT], ids=lambda each: each.key)
def test_every_applicant_of_the_demo_has_recorded_answers(who):
    record = RecordedProvider().ask(who.uscc, "credit_record").facts
    assert isinstance(record, CreditRecord)
    if who.key == "zhiyuan":
        with pytest.raises(Away):
            RecordedProvider().ask(who.uscc, "registration")
        return
    entry = RecordedProvider().ask(who.uscc, "registration").facts
    assert isinstance(entry, Registration)
    assert (entry.name, entry.legal_person) == (who.legal_name, who.person)


def test_nobody_recorded_is_no_answer():
    with pytest.raises(Away):
        RecordedProvider().ask("91330100799655058B", "registration")


def test_own_recordings_can_be_given(tmp_path, settings):
    file = tmp_path / "answers.json"
    answers = [
        {"uscc": "91330100799655058B", "kind": "registration", "found": False},
        {"uscc": "91330100799655058B", "kind": "credit_record", "away": True},
    ]
    file.write_text(json.dumps({"source": "Mine", "answers": answers}))
    settings.REGISTER_PROVIDER, settings.REGISTER_RECORDINGS = "recorded", str(file)
    told = provider().ask("91330100799655058B", "registration")
    assert (told.source, told.facts) == ("Mine", None)
    with pytest.raises(Away):
        provider().ask("91330100799655058B", "credit_record")
