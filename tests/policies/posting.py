"""A browser's part: what it posts for the inputs of a form."""

from html.parser import HTMLParser
from typing import Any

from django.utils.datastructures import MultiValueDict

from shopops.policies.forms.raw import COUNT, KEY, TAG, VALUE, join
from shopops.policies.nodes import Node


def as_posted(node: Node, raw: Any, name: str = "") -> "MultiValueDict[str, str]":
    """Return what a browser would post for raw values, from the inputs that the page has for them."""
    posted: MultiValueDict[str, str] = MultiValueDict()
    _post(node, raw, name, posted)
    return posted


def _post(node: Node, raw: Any, name: str, posted: "MultiValueDict[str, str]") -> None:
    if node.is_picks:
        posted.setlist(name, list(raw))
    elif node.is_scalar or node.is_lines:
        if node.kind != "bool" or raw:
            posted[name] = raw.replace("\n", "\r\n")
    elif node.kind == "text":
        for language, words in raw.items():
            posted[f"{name}.{language}"] = words.replace("\n", "\r\n")
    elif node.kind in ("struct", "union"):
        struct = node.variants[raw[TAG]] if node.kind == "union" else node
        if node.kind == "union":
            posted[join(name, TAG)] = raw[TAG]
        for field in struct.fields:
            _post(field.node, raw[field.name], join(name, field.name), posted)
    elif node.kind == "tuple":
        for number, (part, each) in enumerate(zip(node.items, raw, strict=True)):
            _post(part, each, join(name, number), posted)
    elif node.item is not None:
        posted[join(name, COUNT)] = str(len(raw))
        for number, each in enumerate(raw):
            if node.kind == "dict":
                posted[join(name, number, KEY)] = each["key"]
                _post(node.item, each["value"], join(name, number, VALUE), posted)
            else:
                _post(node.item, each, join(name, number), posted)


class PageForm(HTMLParser):
    """What the editor's form on a page would post as it stands: `PageForm.read(html)`."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: MultiValueDict[str, str] = MultiValueDict()
        self._inside = False
        self._area = self._select = self._typed = ""

    @classmethod
    def read(cls, html: str) -> dict[str, list[str]]:
        """Return name → values."""
        form = cls()
        form.feed(html)
        return dict(form.posted.lists())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self._inside = "policies__form" in (has.get("class") or "")
        name, value = has.get("name") or "", has.get("value") or ""
        if not self._inside:
            return
        if tag == "input" and name and (has.get("type") != "checkbox" or "checked" in has):
            self.posted.appendlist(name, value)
        elif tag == "textarea":
            self._area, self._typed = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in has:
            self.posted[self._select] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area:
            # The line end right after the tag is not part of the value.
            self.posted[self._area] = self._typed.removeprefix("\n").replace("\n", "\r\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._typed += data
