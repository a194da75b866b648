"""The words before the fields of a business licence, and finding them among the lines of a page."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from merchants.ocr.geometry import Line, on_one_row
from merchants.ocr.normalising import folded

#: Companies, sole traders, partnerships, sole proprietorships, branches and co-operatives call the same by other words.
WORDS = {
    "统一社会信用代码": "uscc", "社会信用代码": "uscc", "注册号": "", "证照编号": "",
    "名称": "legal_name", "企业名称": "legal_name",
    "类型": "legal_form", "主体类型": "legal_form", "企业类型": "legal_form",
    "法定代表人": "legal_person", "法定代表人姓名": "legal_person", "经营者": "legal_person",
    "经营者姓名": "legal_person",
    "投资人": "legal_person", "负责人": "legal_person", "执行事务合伙人": "legal_person",
    "经营范围": "scope", "业务范围": "scope",
    "注册资本": "registered_capital", "注册资金": "registered_capital", "出资额": "registered_capital",
    "成员出资总额": "registered_capital",
    "成立日期": "established_on", "注册日期": "established_on",
    "营业期限": "expires_on", "经营期限": "expires_on", "合伙期限": "expires_on",
    "住所": "address", "经营场所": "address", "主要经营场所": "address", "营业场所": "address",
    "组成形式": "", "登记机关": "authority", "发照机关": "authority",
}  # fmt: skip
#: The characters of the short labels that licences spread so widely that each may be found alone, or only one of them.
_SPREAD = {"名": ("称", "legal_name"), "类": ("型", "legal_form"), "住": ("所", "address")}
_SECOND = dict(_SPREAD.values())
#: Both of them with dirt in between, or the second one stuck to a value that cannot begin with it.
_STUCK = re.compile(
    r"(?P<legal_name>名.{0,2}称|称(?=.{2,}(公司|店|部|行|厂|中心|社|企业|[)])$))|"
    r"(?P<legal_form>类.{0,2}型|型(?=.{0,3}有限|股份|个体|合伙))|(?P<address>住.{0,2}所|所(?=.{2,}[省市区县]))"
)
_LONGEST_FIRST = sorted(WORDS, key=len, reverse=True)
_INSIDE = re.compile(
    rf".{{4,}}\s({'|'.join(word for word in _LONGEST_FIRST if len(word) >= 4)})|"
    r".{4,}(注册资本|出资额|成立日期|注册日期|营业期限|合伙期限)$"
)
#: What a licence prints beside its fields.
_AROUND = re.compile(
    r"^营?业执照$|^[(]?副本[)]?|^[(]?正本[)]?$|https?:|gsxt|国家企业信用|信用信息公示|扫描|二维码|监制|年度报告|报送公示|"
    r"了解更多|登记、?备案|监管信息|^编号|专用章$|^国家市场|^每年|市场主体应当"
)


@dataclass(frozen=True)
class Label:
    """A label at its place, for a field; "" for one that is known and not wanted."""

    name: str
    line: Line


def found(lines: list[Line]) -> tuple[list[Label], list[Line]]:
    """The labels, and the lines that remain: values, without what is printed around them.

    A label and its value that were read as one line are taken apart; the spread characters of a short label are put
    together, or stand for it alone.
    """
    labels: list[Label] = []
    values: list[Line] = []
    waiting = [part for line in lines if not _AROUND.search(folded(line.text)) for part in _columns(line)]
    singles = [line for line in waiting if folded(line.text) in _SPREAD]
    partners = {id(line): _partner(line, waiting) for line in singles}
    taken = {id(partner) for partner in partners.values() if partner is not None}
    for line in waiting:
        text = folded(line.text)
        if id(line) in partners:
            labels.append(Label(_SPREAD[text][1], line))
            partner = partners[id(line)]
            if partner is not None and len(folded(partner.text)) > 1:
                values.append(_parted(partner, 1)[1])
        elif id(line) in taken:
            continue
        elif text in _SECOND:
            labels.append(Label(_SECOND[text], line))
        elif start := _starting(text):
            name, length = start
            label, value = _parted(line, length)
            labels.append(Label(name, label))
            if value.text:
                values.append(value)
        else:
            values.append(line)
    return _misread(labels, values)


def _columns(line: Line) -> list[Line]:
    """A line that runs on into the label of the next column, taken apart there."""
    inside = _INSIDE.search(line.text)
    if not inside:
        return [line]
    at = inside.start(inside.lastindex or 0)
    return [line.only_start(at), line.without_start(at)]


def _misread(labels: list[Label], values: list[Line]) -> tuple[list[Label], list[Line]]:
    """Short labels whose second character was misread and stuck to the value: only where labels begin."""
    long = [label.line for label in labels if len(folded(label.line.text)) >= 4]
    kept = []
    for line in values:
        name = _SPREAD.get(line.text[:1], ("", ""))[1]
        if (
            name
            and len(line.text) > 5
            and all(label.name != name for label in labels)
            and any(abs(line.left - each.left) < 0.8 * each.height for each in long)
        ):
            label, line = _parted(line, 2)
            labels.append(Label(name, label))
        kept.append(line)
    return labels, kept


def _partner(first: Line, lines: list[Line]) -> Line | None:
    """The line that begins with the other character of a spread label, on the same row and not far to the right."""
    second = _SPREAD[folded(first.text)][0]
    for line in lines:
        near = 0 < line.left - first.right < 6 * first.height
        if near and folded(line.text).startswith(second) and on_one_row(first, line):
            return line
    return None


def _starting(text: str) -> tuple[str, int] | None:
    """The field whose label a text begins with, and the label's length.

    A text that is nothing but a longer label may have some of its characters wrong or lost.
    """
    for word in _LONGEST_FIRST:
        if text.startswith(word):
            return WORDS[word], len(word)
    if 3 <= len(text) <= 8:
        alike, word = max(
            (SequenceMatcher(None, each, text).ratio(), each) for each in _LONGEST_FIRST if len(each) >= 4
        )
        if alike >= 0.74:
            return WORDS[word], len(text)
    if stuck := _STUCK.match(text):
        return str(stuck.lastgroup), stuck.end()
    return None


def _parted(line: Line, characters: int) -> tuple[Line, Line]:
    """The line's first visible characters, and the rest without the spaces and the colon before it."""
    at = seen = 0
    while at < len(line.text) and (seen < characters or line.text[at] in " 　:："):
        seen += line.text[at] not in " 　"
        at += 1
    return line.only_start(at), line.without_start(at)
