"""The form under a case: which reasons are ticked, what was written beside them."""

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from merchants import policy, reasons
from merchants.models import Application, CheckResult
from merchants.services.review import LONGEST_NOTE


@dataclass(frozen=True)
class Line:
    """A reason that can be ticked; `note` is what the applicant is told beside it."""

    value: str
    text: str
    checked: bool
    note: str = ""


@dataclass(frozen=True)
class DecisionForm:
    """What the form shows. `corrects`: a check failed, so that asking for corrections is the likely answer."""

    ticked: list[Line]
    more: list[Line]
    note: str
    internal_note: str
    corrects: bool


@dataclass(frozen=True)
class Sent:
    """What a reviewer sent."""

    decision: str
    codes: list[str]
    note: str
    notes: dict[str, str]
    internal_note: str
    submission: int | None


def sent(data: QueryDict) -> Sent:
    """Read the form; notes are cut where they have to end."""
    codes = list(dict.fromkeys(data.getlist("reasons")))[:200]
    notes = {code: _text(data, f"note:{code}") for code in codes}
    return Sent(
        data.get("decision", ""),
        codes,
        _text(data, "note"),
        {code: note for code, note in notes.items() if note},
        _text(data, "internal_note"),
        _number(data.get("submission", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 6 else None


def _text(data: QueryDict, name: str) -> str:
    return data.get(name, "").replace("\0", "").strip()[:LONGEST_NOTE]


def form(request: HttpRequest, application: Application, results: list[CheckResult]) -> DecisionForm:
    """The reasons under the policy in force, ticked from the failed checks; after a refused decision as it was sent."""
    data = sent(request.POST) if "decision" in request.POST else None
    lines = [
        Line(
            each.value,
            each.text,
            each.checked if data is None else each.value in data.codes,
            "" if data is None else data.notes.get(each.value, ""),
        )
        for each in reasons.options(policy.active()[1], application, results)
    ]
    return DecisionForm(
        ticked=[line for line in lines if line.checked],
        more=[line for line in lines if not line.checked],
        note=data.note if data else "",
        internal_note=data.internal_note if data else "",
        corrects=any(result.outcome == CheckResult.Outcome.FAIL for result in results),
    )
