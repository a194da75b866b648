"""The documents' part of the review workbench: tabs, the scan with what was read from it, side by side with another."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from merchants import comparison, policy, selectors
from merchants.models import Application, CheckResult, Document, Reading
from merchants.views import outcomes

#: Height of the page in the coordinates of its drawing; the width follows its shape.
HEIGHT = 1000
#: Room between what was read and its box; more at the end, where the number stands.
PADDING = 5
TURNS = (0, 90, 180, 270)
#: Steps of enlarging; what is between them does the script.
ZOOMS = (1, 1.5, 2, 3)
CLASSES = {"differs": "differs", "unsure": "unsure"}


@dataclass(frozen=True)
class Box:
    """A numbered box around what was read, in the coordinates of the drawing; `x2` is its right edge."""

    number: int
    label: str
    name: str
    look: str
    x: float
    y: float
    width: float
    height: float

    @property
    def x2(self) -> float:
        return round(self.x + self.width, 1)


@dataclass(frozen=True)
class Sheet:
    """A document as it is shown. `drawn`: it was read, so its shape is known and its boxes lie on it."""

    document: Document
    turn: int
    reading: Reading | None = None
    boxes: list[Box] = field(default_factory=list)
    width: float = 0

    @property
    def drawn(self) -> bool:
        return self.width > 0

    @property
    def view(self) -> str:
        """The viewBox: the page as it is turned."""
        return f"0 0 {self.width} {HEIGHT}" if self.turn % 180 == 0 else f"0 0 {HEIGHT} {self.width}"

    @property
    def page_turn(self) -> str:
        """How the upright page is turned by hand."""
        return _turned(self.turn, self.width, HEIGHT)

    @property
    def image(self) -> dict[str, Any]:
        """The stored picture within the upright page: its size, and how it is brought upright."""
        rotation = self.reading.rotation if self.reading else 0
        upright = rotation % 180 == 0
        return {
            "width": self.width if upright else HEIGHT,
            "height": HEIGHT if upright else self.width,
            "turn": _turned(rotation, *((self.width, HEIGHT) if upright else (HEIGHT, self.width))),
        }


def _turned(degrees: int, width: float, height: float) -> str:
    """SVG's words for a page of that size turned clockwise, its corner at the origin again."""
    corner = {90: (height, 0), 180: (width, height), 270: (0, width)}.get(degrees)
    return f"translate({corner[0]} {corner[1]}) rotate({degrees})" if corner else ""


def context(
    request: HttpRequest, application: Application, documents: list[Document], current: Document | None
) -> dict[str, Any]:
    """The tabs of the documents, each with the worst that a check says about it, and the one or two that are shown."""
    results = selectors.check_results(application)
    beside = _beside(request, documents, current)
    turn = _number(request.GET.get("turn"), TURNS, 0)
    zoom = _number(request.GET.get("zoom"), ZOOMS, 1)
    here = {"doc": current.pk if current else "", **({"beside": beside.pk} if beside else {})}
    return {
        "tabs": marked(documents, results),
        "document": current,
        "sheet": sheet(application, current, turn) if current else None,
        "beside": sheet(application, beside, 0) if beside else None,
        "others": [each for each in documents if current and each.pk != current.pk],
        "zoom": zoom,
        "scan_urls": {
            "turn": "?" + urlencode({**here, "turn": (turn + 90) % 360, "zoom": zoom}),
            "larger": "?" + urlencode({**here, "turn": turn, "zoom": _step(zoom, 1)}),
            "smaller": "?" + urlencode({**here, "turn": turn, "zoom": _step(zoom, -1)}),
            "fit": "?" + urlencode({**here, "turn": turn}),
            "alone": "?" + urlencode({"doc": here["doc"]}),
        },
    }


def sheet(application: Application, document: Document, turn: int) -> Sheet:
    """A document with its reading; the numbers of its boxes are those of the comparison."""
    reading = comparison.reading_of(document)
    if reading is None or reading.state != Reading.State.DONE or not document.is_image:
        return Sheet(document, turn, reading)
    width = round(HEIGHT * (reading.aspect or 1), 1)
    lines = comparison.rows(application, document, policy.of(application.policy_version))
    boxes = [
        Box(
            number=line.number,
            label=line.label,
            name=line.name,
            look=CLASSES.get(line.result, ""),
            x=round(line.box[0] * width - PADDING, 1),
            y=round(line.box[1] * HEIGHT - PADDING, 1),
            width=round(line.box[2] * width + 3 * PADDING, 1),
            height=round(line.box[3] * HEIGHT + 2 * PADDING, 1),
        )
        for line in lines
        if line.box
    ]
    return Sheet(document, turn, reading, boxes, width)


def _beside(request: HttpRequest, documents: list[Document], current: Document | None) -> Document | None:
    wanted = request.GET.get("beside", "")
    return next((each for each in documents if str(each.pk) == wanted and each != current), None)


def _number(text: str | None, allowed: tuple[Any, ...], default: Any) -> Any:
    """One of the allowed numbers, whatever somebody wrote into the address."""
    return next((each for each in allowed if str(each) == text), default)


def _step(zoom: float, by: int) -> float:
    at = ZOOMS.index(zoom) + by
    return ZOOMS[min(max(at, 0), len(ZOOMS) - 1)]


def marked(documents: list[Document], results: list[CheckResult]) -> list[dict[str, Any]]:
    """Each document with the worst that a check says about it."""
    tabs: list[dict[str, Any]] = []
    for each in documents:
        outcome = next(
            (r.outcome for r in results if r.outcome != "pass" and each.type in r.params.get("documents", [])), ""
        )
        tabs.append(
            {
                "document": each,
                "tone": outcomes.TONES.get(outcome, ""),
                "icon": outcomes.ICONS.get(outcome, ""),
                "word": str(CheckResult.Outcome(outcome).label) if outcome else "",
            }
        )
    return tabs
