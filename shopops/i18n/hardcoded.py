"""Words in templates that bypass translation: text nodes, spoken attributes, literals handed to tags and filters.

What stays as it is in both languages goes on a line of `locale/untranslated.txt` (the exact text), or into an element
with `translate="no"`, `<code>` or `<kbd>`.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType

from shopops.i18n import sources
from shopops.i18n.findings import Finding, quoted
from shopops.i18n.template_source import BLOCK, INLINE, STRING, skip_comment, tag_name

ALLOWED_FILE = Path("locale") / "untranslated.txt"
_SPOKEN = {"alt", "title", "placeholder", "label", "summary", "data-label", "data-confirm"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_NO_PROSE = {"script", "style", "code", "kbd", "samp"}
_LETTER = re.compile(r"[^\W\d_]")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_STRINGS = re.compile(STRING)
# A capital and a small letter make a text; class names, formats and codes do not.
_WORDS = re.compile(rf"{_CHINESE.pattern}|^[A-Z][a-z]")
# Tags whose literals are names, and filters whose argument is shown.
_NAMING_TAGS = {"extends", "include", "url", "static", "load", "if", "elif", "get_static_prefix"}
_SHOWING_FILTERS = ("|default:", "|default_if_none:")
_MARKED = re.compile(rf"_\((?:{STRING})\)")


def allowed(root: Path) -> frozenset[str]:
    """Return the texts that stay as they are in every language."""
    path = root / ALLOWED_FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("# "))


def check(root: Path) -> list[Finding]:
    """Return the hard-coded words of all templates."""
    kept = allowed(root)
    findings: list[Finding] = []
    for path in sources.templates(root):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8-sig")
        findings += [finding for finding in scan(name, text) if finding.text not in kept]
    return [Finding(f.path, f.line, f"hard-coded {quoted(f.text)}: use {{% translate %}}") for f in findings]


def scan(name: str, text: str) -> list[Finding]:
    """Return the hard-coded words of one template, as findings whose text is the words."""
    markup, findings = _without_tags(name, text)
    if Path(name).suffix in {".html", ".xml", ".svg"}:
        parser = _Words(name)
        parser.feed(markup)
        parser.close()
        findings += parser.findings
    else:
        findings += [
            Finding(name, number, line.strip())
            for number, line in enumerate(markup.splitlines(), start=1)
            if _LETTER.search(line)
        ]
    return sorted(findings)


def _without_tags(name: str, text: str) -> tuple[str, list[Finding]]:
    """Return the template without its tags and translated blocks, lines kept, and the literal words in the tags."""
    kept: list[str] = []
    findings: list[Finding] = []
    tokens = iter(Lexer(text).tokenize())
    for token in tokens:
        if token.token_type == TokenType.TEXT:
            kept.append(token.contents)
            continue
        tag = tag_name(token) if token.token_type == TokenType.BLOCK else ""
        if token.token_type != TokenType.COMMENT and tag not in INLINE | BLOCK:
            findings += [Finding(name, token.lineno or 0, words) for words in _literal_words(tag, token.contents)]
        if tag == "comment":
            kept.append("\n" * skip_comment(tokens))
        elif tag in BLOCK:
            kept.append(" ")
            for inner in tokens:
                kept.append("\n" * inner.contents.count("\n"))
                if inner.token_type == TokenType.BLOCK and tag_name(inner) == f"end{tag}":
                    break
        else:
            # <{{ tag }} …>: the name of an element is no text.
            kept.append("x" if kept and kept[-1].endswith(("<", "</")) else " ")
    return "".join(kept), findings


def _literal_words(tag: str, contents: str) -> list[str]:
    """Return the literals that a tag or a variable shows to people."""
    unmarked = _MARKED.sub("", contents)
    found = []
    for match in _STRINGS.finditer(unmarked):
        before = unmarked[: match.start()]
        is_shown = before.endswith(_SHOWING_FILTERS) if before.endswith(":") else not _is_name(tag, before)
        if is_shown and _WORDS.search(match[0][1:-1]):
            found.append(match[0][1:-1])
    return found


def _is_name(tag: str, before: str) -> bool:
    return tag in _NAMING_TAGS and not re.search(r"\w=$", before)


class _Words(HTMLParser):
    """Collects text nodes and spoken attributes that hold letters."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name = name
        self.findings: list[Finding] = []
        self._open: list[tuple[str, bool]] = []

    def _found(self, text: str, line: int | None = None) -> None:
        if _LETTER.search(text):
            self.findings.append(Finding(self.name, line or self.getpos()[0], " ".join(text.split())))

    @property
    def _is_kept(self) -> bool:
        return any(kept for _tag, kept in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        kept = values.get("translate") == "no" or tag in _NO_PROSE
        if not kept and not self._is_kept:
            for attribute, value in attrs:
                if value and (attribute in _SPOKEN or attribute in {"aria-label", "aria-description"}):
                    self._found(value)
            is_button = tag == "input" and values.get("type") in {"submit", "button", "reset"}
            if is_button:
                self._found(values.get("value") or "")
            if tag == "meta" and values.get("name") == "description":
                self._found(values.get("content") or "")
        if tag not in _VOID:
            self._open.append((tag, kept))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        # Templates open an element in one branch and close it in another: unmatched ends are left alone.
        for position in range(len(self._open) - 1, -1, -1):
            if self._open[position][0] == tag:
                del self._open[position:]
                return

    def handle_data(self, data: str) -> None:
        if self._is_kept:
            return
        line = self.getpos()[0]
        for offset, text in enumerate(data.split("\n")):
            self._found(text, line + offset)
