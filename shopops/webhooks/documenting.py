"""The part of docs/webhooks.md that is made from the catalogue."""

import json
from pathlib import Path

from django.conf import settings
from django.utils import translation

from shopops.webhooks.catalogue import EventType, event_types

PAGE = Path(settings.BASE_DIR) / "docs" / "webhooks.md"
BEGIN = "<!-- events: made by manage.py webhook_docs -->"
END = "<!-- end of events -->"


def with_catalogue(page: str) -> str:
    """Return the page with its generated part as the code has it now. Raises ValueError when the marks are missing."""
    head, _begin, rest = page.partition(BEGIN)
    _old, end, tail = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE.name} has lost its marks {BEGIN} and {END}.")
    return f"{head}{BEGIN}\n\n{catalogue()}\n{END}{tail}"


def catalogue() -> str:
    """Every event in a table, then one example per kind of object."""
    types = list(event_types().values())
    lines = ["| type | what happened | merchants' endpoints |", "| --- | --- | --- |"]
    with translation.override("en"):
        lines += [f"| `{each.code}` | {each.label} | {'yes' if each.for_merchants else 'no'} |" for each in types]
    examples: dict[str, EventType] = {}
    for each in types:
        examples.setdefault(str(each.example.get("object", each.code)), each)
    for each in examples.values():
        envelope = {"type": each.code, "timestamp": "2026-11-20T01:00:00+00:00", "data": each.example}
        body = json.dumps(envelope, ensure_ascii=False, indent=2)
        lines += ["", f"### `{each.code}`", "", "```json", body, "```"]
    return "\n".join(lines) + "\n"
