"""The form beside a document, field by field: what was typed from it, what a machine read, and where they part."""

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from merchants.checks.identity import compact
from merchants.checks.papers import plain_name
from merchants.checks.reading import agrees as says_the_same
from merchants.models import Application, Document, Reading
from merchants.policy import OnboardingPolicy
from merchants.services.shops import PERSONAL_FIELDS
from shopops.fields import mask
from shopops.ui import formats

Result = Literal["", "agrees", "unsure", "differs"]

LICENCE = "business_licence"
#: The order of the numbers: as a licence prints its fields. Number n stands in the table and on the scan.
NUMBERED = (
    "uscc", "legal_name", "legal_form", "legal_person", "scope", "registered_capital", "established_on", "address",
)  # fmt: skip
#: A difference in what was read less surely than this may be the reader's.
SURE = 0.85
OPEN, CLOSE = mark_safe("<mark>"), mark_safe("</mark>")
_WORST_FIRST = {"differs": 0, "unsure": 1, "agrees": 2, "": 3}


@dataclass(frozen=True)
class Row:
    """One line. `document` is what the document says: as read by machine, else as the applicant typed it; `typed` what
    the applicant typed where that is something else again. `box`: where it stands on the page (see Reading.fields).

    `personal` names the field that "Show" unmasks.
    """

    number: int
    name: str
    label: str
    form: str | SafeString
    document: str | SafeString = ""
    typed: str = ""
    result: Result = ""
    code: bool = False
    personal: str = ""
    box: list[float] = field(default_factory=list)

    @property
    def agrees(self) -> bool | None:
        """None: nothing to compare, or not to be told for sure."""
        return {"agrees": True, "differs": False}.get(self.result)

    @property
    def is_compared(self) -> bool:
        return self.result != ""


def marked(text: str, other: str) -> SafeString:
    """Return `text` with what differs from `other` marked; ‸ stands where something of `other` is missing."""
    steps = SequenceMatcher(None, other, text, autojunk=False).get_opcodes()
    return format_html_join(
        "",
        "{}{}{}",
        (
            (text[start:end], "", "") if kind == "equal" else (OPEN, text[start:end] or "‸", CLOSE)
            for kind, _from, _to, start, end in steps
        ),
    )


def read_of(document: Document | None) -> dict[str, dict[str, Any]]:
    """The fields read from a document; empty while there are none."""
    reading = reading_of(document)
    return reading.fields if reading and reading.state == Reading.State.DONE else {}


def reading_of(document: Document | None) -> Reading | None:
    """The reading of a document in any state, looked up once per object."""
    return getattr(document, "reading", None) if document is not None else None


def rows(application: Application, document: Document | None, body: OnboardingPolicy, shown: str = "") -> list[Row]:
    """The form's values beside what was read and typed from `document`; what differs comes first, then what is unsure.

    `shown` is the one piece of personal data that is not masked this time.
    """
    kind = body.documents.get(document.type) if document else None
    is_licence = document is not None and document.type == LICENCE
    typed: dict[str, str] = {}
    if document is not None and is_licence:
        typed = {"uscc": document.number, "legal_name": document.holder}
    elif document is not None and kind and kind.holder == "company":
        typed = {"legal_name": document.holder}
    read = read_of(document)
    lines = [_line(application, name, typed.get(name, ""), read.get(name), shown) for name in NUMBERED]
    if document is not None:
        lines += _of_document(document, read, kind.facts if kind else (), bool(typed), is_licence)
    lines += [{"name": name, "label": label, "form": getattr(application, name)} for name, label in _others()]
    lines += [_personal(application, name, shown) for name in PERSONAL_FIELDS if name not in NUMBERED]
    numbered = [
        {**line, "number": number}
        for number, line in enumerate((each for each in lines if each.get("form") or each.get("document")), start=1)
    ]
    numbered.sort(key=lambda line: _WORST_FIRST[line.get("result", "")])
    return [Row(**line) for line in numbered]


def _others() -> tuple[tuple[str, str], ...]:
    return (("brand", _("Brand")), ("region", _("Region")))


def _labels() -> dict[str, str]:
    return {
        "uscc": _("Credit code"),
        "legal_name": _("Name"),
        "legal_form": _("Type"),
        "legal_person": _("Legal person"),
        "scope": _("Scope"),
        "registered_capital": _("Capital"),
        "established_on": _("Established"),
        "address": _("Address"),
        "id_number": _("ID number"),
        "contact_name": _("Contact"),
        "contact_phone": _("Phone"),
        "bank_account": _("Bank account"),
    }


def _line(application: Application, name: str, typed: str, read: dict[str, Any] | None, shown: str) -> dict[str, Any]:
    """One field of the licence."""
    raw: Any = getattr(application, name) or ""
    form, seen = str(raw), (read or {}).get("text", "") if name == "established_on" else _value(read)
    line: dict[str, Any] = {"name": name, "label": _labels()[name], "code": name == "uscc"}
    line["form"] = formats.day(raw, year="always") if name == "established_on" and raw else form
    line["box"] = (read or {}).get("box", [])
    line["result"] = _result(name, form, typed, read)
    if name == "legal_person":
        if name == shown:
            return {**line, "document": marked(seen, form) if line["result"] in ("differs", "unsure") else seen}
        return {**line, "form": mask(form), "document": mask(seen), "personal": name if form or seen else ""}
    said = seen or typed
    differs = line["result"] in ("differs", "unsure") and name not in ("established_on", "registered_capital")
    line["document"] = marked(said, form) if differs and form and not _same_spelling(name, form, said) else said
    line["typed"] = typed if seen and typed and not _same_spelling(name, typed, seen) else ""
    return line


def _value(read: dict[str, Any] | None) -> str:
    """What was read, with the marks of print; as it stands there when it makes no sense."""
    return str(read["value"] or read["text"]) if read else ""


def _result(name: str, form: str, typed: str, read: dict[str, Any] | None) -> Result:
    """The worst of both comparisons; nothing when the form or the document is silent."""
    results: list[Result] = []
    if form and typed:
        results.append("agrees" if _same_spelling(name, form, typed) else "differs")
    if form and read and read["text"]:
        if says_the_same(name, form, _value(read)):
            results.append("agrees")
        else:
            results.append("differs" if read["score"] >= SURE and name != "scope" else "unsure")
    return min(results, key=lambda each: _WORST_FIRST[each], default="")


def _same_spelling(name: str, one: str, other: str) -> bool:
    plain = compact if name == "uscc" else plain_name
    return plain(one) == plain(other)


def _personal(application: Application, name: str, shown: str) -> dict[str, Any]:
    value = getattr(application, name) or ""
    line = {"name": name, "label": _labels()[name]}
    if name == shown:
        return {**line, "form": value}
    return {**line, "form": mask(value), "personal": name if value else ""}


def _of_document(
    document: Document, read: dict[str, dict[str, Any]], facts: Any, is_compared: bool, is_licence: bool
) -> list[dict[str, Any]]:
    """What stands on the document alone: its number, its owner, its dates."""
    lines: list[dict[str, Any]] = []
    if not is_licence and document.number:
        lines.append({"name": "number", "label": _("Document number"), "document": document.number, "code": True})
    if document.holder and not is_compared:
        lines.append({"name": "holder", "label": _("Owner on the document"), "document": document.holder})
    if document.issued_on or "issued_on" in read:
        lines.append(_dated(_("Issued on"), "issued_on", document.issued_on, read.get("issued_on")))
    if "expires" in facts or "expires_on" in read:
        lines.append(_dated(_("Valid until"), "expires_on", document.expires_on, read.get("expires_on")))
    return [{"form": "", **line} for line in lines]


def _dated(label: str, name: str, typed: Any, read: dict[str, Any] | None) -> dict[str, Any]:
    """A date of the document. Its first column is what the applicant typed, so that it stands beside what was read."""
    words = formats.day(typed, year="always") if typed else _("no end") if name == "expires_on" else ""
    if not read:
        return {"name": name, "label": label, "document": words}
    value = "" if read["value"] == "open" else read["value"]
    is_same = value == (typed.isoformat() if typed else "")
    result: Result = "agrees" if is_same else "differs" if read["score"] >= SURE and read["value"] else "unsure"
    if not typed and name == "issued_on":
        result = ""
    return {"name": name, "label": label, "form": words, "document": read["text"], "box": read["box"], "result": result}
