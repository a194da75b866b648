"""From the lines of a licence to its fields, by where they stand and by what they say.

Labels name most values. Where a label was not read (widely spaced ones vanish in poor pictures), its value still stands
in the column of values: what it says (a legal form, an amount, a day, an address) and what is still missing name it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from merchants.ocr import normalising
from merchants.ocr.geometry import Line, box, on_one_row, straightened
from merchants.ocr.labels import Label, found
from merchants.ocr.normalising import folded

NAMES = (
    "uscc", "legal_name", "legal_form", "legal_person", "address", "registered_capital", "established_on", "scope",
    "issued_on", "expires_on",
)  # fmt: skip
_FORMS = re.compile(
    r"^(其他)?(有限责任公司|股份有限公司|个体工商户$|个人独资企业|(普通|有限)?合伙企业|全民所有制|集体所有制|"
    r"农民专业合作社|股份合作制|外商投资|台港澳|.{0,12}分公司)"
)
_ENDINGS = re.compile(
    r"(公司|厂|店|行|部|中心|社|企业|馆|坊|铺|商户|工作室|超市|农场|[(](有限合伙|普通合伙|个体工商户)[)])$"
)
_PLACE = re.compile(r"(省|市|区|县|镇|乡|街|路|道|村).*(号|室|幢|楼|层|村|组|铺|座|院|园|城|厦)")
_AMOUNT = re.compile(
    r"^(人民币|美元|港元|港币|欧元)?[零壹贰叁肆伍陆柒捌玖拾佰仟\d.,万亿一二三四五六七八九十百千]+(万|亿|元|圆)"
)
_PERSON = re.compile(r"^([一-鿿]{2,4}|[一-鿿]{2,12}(·[一-鿿]{1,12})+|[A-Z][A-Za-z .'-]{3,50})$")
#: Fields by how sure their look is; each is tried on what has no label.
_LOOKS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("scope", lambda text: bool(re.match(r"(一般|许可)(经营)?项目", text)) or text.count("；") + text.count(";") >= 2),
    ("legal_form", lambda text: bool(_FORMS.match(text))),
    ("expires_on", lambda text: bool(re.search(r"长期|无固定期限|日至", text)) and len(text) < 40),
    ("registered_capital", lambda text: bool(_AMOUNT.match(text)) and len(text) < 30),
    ("established_on", lambda text: len(normalising.dates(text)) == 1 and len(text) < 14),
    ("address", lambda text: bool(_PLACE.search(text))),
    ("legal_name", lambda text: bool(_ENDINGS.search(text)) and len(text) >= 5),
    ("legal_person", lambda text: bool(_PERSON.match(text))),
)
_LOOK = dict(_LOOKS)
#: Once they look whole, nothing goes on below them.
_ONE_LINE = ("established_on", "registered_capital", "legal_person")
#: What a value looks like that begins a field of its own, whatever the distance to the line above.
_BEGINS = ("legal_form", "established_on", "expires_on", "registered_capital")


@dataclass
class _Block:
    """Lines that belong together: one value."""

    lines: list[Line]
    name: str = ""
    by_label: bool = False

    @property
    def text(self) -> str:
        return "".join(re.sub(r"\s+", "", line.text) if not _is_latin(line.text) else line.text for line in self.lines)

    @property
    def score(self) -> float:
        """The mean of its lines' scores, by their length."""
        weight = sum(len(line.text) for line in self.lines)
        return sum(line.score * len(line.text) for line in self.lines) / max(weight, 1)


def _is_latin(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z .'-]+", text))


def licence(lines: tuple[Line, ...], size: tuple[int, int]) -> dict[str, dict[str, Any]]:
    """The fields of a business licence: by name `text`, `value`, `score`, `box` (see merchants.models.Reading).

    A value that makes no sense for its field, or was named by its look alone, has a lower score.
    """
    level, angle = straightened(lines)
    level = [line for line in level if not _is_dirt(line)]
    result: dict[str, dict[str, Any]] = {}
    if code := _code(level):
        text, whole, part = code
        level = [line for line in level if line is not whole]
        result["uscc"] = _field("uscc", text, [part], whole.score, angle, size)
    labels, values = found(level)
    if not result and len({label.name for label in labels}) < 2:
        return {}  # nothing says that it is a licence
    issued, values = _issued(labels, _joined(values))
    named = {block.name: block for block in _named(_blocks(labels, values))}
    if issued:
        named["issued_on"] = issued
    for name in NAMES:
        if block := named.get(name):
            score = block.score if block.by_label else block.score * 0.9
            result[name] = _field(name, block.text, block.lines, score, angle, size)
    return result


def _field(
    name: str, text: str, lines: list[Line], score: float, angle: float, size: tuple[int, int]
) -> dict[str, Any]:
    value = normalised(name, text)
    return {
        "text": text,
        "value": value,
        "score": round(score if value else score * 0.5, 3),
        "box": box(lines, angle, size),
    }


def normalised(name: str, text: str) -> str:
    """A value in the form in which it is compared and stored; empty when it makes no sense."""
    if name == "uscc":
        return normalising.credit_code(text)
    if name in ("established_on", "issued_on"):
        day = normalising.date(text)
        return day.isoformat() if day else ""
    if name == "expires_on":
        end, is_open = normalising.term(text)
        return end.isoformat() if end else "open" if is_open else ""
    if name == "registered_capital":
        return normalising.printed(text) if normalising.amount(text) else ""
    return normalising.printed(text)


def _code(lines: list[Line]) -> tuple[str, Line, Line] | None:
    """The credit code, the line it stands in, and its part of that line.

    18 characters of its alphabet with right check digits, wherever they stand; the surest line first.
    """
    for line in sorted(lines, key=lambda each: -each.score):
        plain = re.sub(r"[^0-9A-Za-z]", "", folded(line.text))
        if len(plain) >= 16 and (value := normalising.credit_code(line.text)):
            before = re.match(r"[^0-9A-Za-z]*", line.text)
            ahead = before.end() if before else 0
            return value, line, line.without_start(ahead) if ahead else line
    return None


def _is_dirt(line: Line) -> bool:
    """A speck that was read as a mark, or labels below each other that were taken for one tall word."""
    is_speck = len(line.text) <= 2 and not re.search(r"[\u4e00-\u9fff\d]", line.text)
    return is_speck or (len(line.text) > 1 and line.height >= 1.3 * line.width)


def _joined(lines: list[Line]) -> list[Line]:
    """Pieces of one row that stand close together, put together."""
    joined: list[Line] = []
    for line in sorted(lines, key=lambda each: each.left):
        for at, former in enumerate(joined):
            gap = line.left - former.right
            if on_one_row(former, line) and -0.5 * line.height < gap < 0.8 * max(line.height, former.height):
                corners = (former.corners[0], line.corners[1], line.corners[2], former.corners[3])
                joined[at] = Line(former.text + line.text, min(former.score, line.score), corners)
                break
        else:
            joined.append(line)
    return joined


def _issued(labels: list[Label], values: list[Line]) -> tuple[_Block | None, list[Line]]:
    """The day of issue: the lowest date on the page, below the fields or beside the registration authority."""
    rows: list[list[Line]] = []
    for line in sorted(values, key=lambda each: each.left):
        line = replace(line, text=_dirt_off(line.text))
        if not line.text:
            continue
        row = next((r for r in rows if on_one_row(r[-1], line) and line.left - r[-1].right < 5 * line.height), None)
        if row is None:
            rows.append([line])
        else:
            row.append(line)
    dated = [row for row in rows if normalising.date("".join(line.text for line in row))]
    if not dated:
        return None, values
    lowest = max(dated, key=lambda row: row[0].middle)
    fields = [each.line for each in labels if each.name in ("established_on", "expires_on")]
    authority = any(each.name == "authority" for each in labels)
    beside = any(on_one_row(line, lowest[0]) and line.left < lowest[0].left for line in fields)
    below = all(line.middle < lowest[0].middle for line in fields)
    if beside or not below or not (authority or len(dated) > 1):
        return None, values
    places = {line.corners for line in lowest}
    return _Block(lowest, "issued_on", by_label=True), [line for line in values if line.corners not in places]


def _dirt_off(text: str) -> str:
    """A date or a part of one, without the few characters that a seal across it brings; empty for anything else."""
    plain = folded(text)
    kept = re.sub(r"[^\d年月日]", "", re.sub(r"(?<=\d)[OoD]|[OoD](?=\d)", "0", plain))
    return kept if 0 < len(kept) <= 12 and len(plain) - len(kept) <= 3 and re.search(r"\d", kept) else ""


def _blocks(labels: list[Label], values: list[Line]) -> list[_Block]:
    """The values: each begins beside its label, or below another value where one cannot go on."""
    starts: dict[int, Label] = {}
    for label in labels:
        row = [
            line for line in values if line.left > label.line.right - label.line.height and on_one_row(label.line, line)
        ]
        between = [
            each.line.left for each in labels if each.line.left > label.line.right and on_one_row(label.line, each.line)
        ]
        row = [line for line in row if line.left < min(between, default=float("inf"))]
        if row:
            nearest = min(line.left for line in row) + 1.5 * label.line.height
            first = min(
                (line for line in row if line.left <= nearest), key=lambda line: abs(line.start - label.line.end)
            )
            starts.setdefault(id(first), label)
    blocks: list[_Block] = []
    for line in sorted(values, key=lambda each: each.middle):
        if (named := starts.get(id(line))) is not None:
            blocks.append(_Block([line], named.name, by_label=True))
            continue
        above = [block for block in blocks if _goes_on(block, line)]
        if above:
            max(above, key=lambda block: block.lines[-1].middle).lines.append(line)
        else:
            blocks.append(_Block([line]))
    return blocks


def _goes_on(block: _Block, line: Line) -> bool:
    """May `line` be the next line of the value?"""
    last = block.lines[-1]
    height = max(line.height, last.height)
    aside = min(abs(each.left - line.left) for each in block.lines)
    down = line.start - last.start
    if aside > 1.6 * height or not 0.4 * height < down < 2.6 * height or block.name in ("authority", "issued_on"):
        return False
    if block.name == "scope" or _LOOK["scope"](folded(block.text)):
        return True
    if any(_LOOK[name](folded(block.text)) for name in _ONE_LINE if block.name in ("", name)):
        return False
    if block.name == "expires_on":
        return not re.search(r"(日|长期|期限)$", folded(block.text))
    looks = [name for name, look in _LOOKS if look(folded(line.text))]
    if down <= 1.45 * height:
        return not any(name in _BEGINS for name in looks)
    return not looks


def _named(blocks: list[_Block]) -> list[_Block]:
    """The blocks that are fields. What has no label gets the first missing field that it looks like."""
    taken = {block.name for block in blocks if block.name}
    for name, look in _LOOKS:
        if name in taken:
            continue
        for block in blocks:
            if not block.name and not block.by_label and look(folded(block.text)):
                block.name = name
                taken.add(name)
                break
    named: dict[str, _Block] = {}
    for block in blocks:
        if block.name in NAMES:
            named.setdefault(block.name, block)
    return list(named.values())
