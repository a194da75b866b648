"""Texts in Django templates, read with Django's own lexer.

The message ids are those that Django looks up at run time: percent signs doubled, `{{ name }}` as `%(name)s`, string
escapes resolved. (`templatize` makes pseudo Python of a template, which a Python tokenizer may refuse.)
"""

import re
from collections.abc import Iterator

from django.template.base import Lexer, Token, TokenType
from django.utils.text import unescape_string_literal
from django.utils.translation import trim_whitespace

from shopops.i18n.findings import quoted
from shopops.i18n.messages import Messages
from shopops.i18n.python_source import TRANSLATOR_MARK

INLINE = {"trans", "translate"}
BLOCK = {"blocktrans", "blocktranslate"}
STRING = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\''
_LITERAL = re.compile(rf"({STRING})(?=$|\|)")
# Plain strings match first, so that a "_('x')" inside one is no call.
_CONSTANTS = re.compile(rf"(?<![\w.])_\((?P<text>{STRING})\)|{STRING}")
_PLAIN_NAME = re.compile(r"\w+\Z")


class TemplateProblem(Exception):
    """A tag that cannot be extracted."""

    def __init__(self, line: int | None, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


def extract(path: str, text: str, messages: Messages) -> None:
    """Add the texts of one template; what Django would refuse, or silently show wrong, becomes a problem."""
    try:
        _Template(path, messages).read(iter(Lexer(text).tokenize()))
    except TemplateProblem as problem:
        messages.problem(path, problem.line, problem.text)


def tag_name(token: Token) -> str:
    """Return the first word of a block tag."""
    return token.contents.split(None, 1)[0] if token.contents.strip() else ""


def skip_comment(tokens: Iterator[Token]) -> int:
    """Move behind `{% endcomment %}` and return how many lines were passed."""
    passed = 0
    for token in tokens:
        if token.token_type == TokenType.BLOCK and tag_name(token) == "endcomment":
            break
        passed += token.contents.count("\n")
    return passed


class _Template:
    def __init__(self, path: str, messages: Messages) -> None:
        self.path = path
        self.messages = messages
        self.comments: tuple[str, ...] = ()

    def read(self, tokens: Iterator[Token]) -> None:
        for token in tokens:
            if token.token_type == TokenType.COMMENT:
                if token.contents.startswith(TRANSLATOR_MARK):
                    self.comments = (token.contents,)
            elif token.token_type == TokenType.VAR:
                self._read_constants(token)
            elif token.token_type == TokenType.BLOCK:
                name = tag_name(token)
                if name == "comment":
                    skip_comment(tokens)
                    continue
                self._read_constants(token)
                if name in INLINE:
                    self._read_inline(token)
                elif name in BLOCK:
                    self._read_block(token, tokens)

    def _add(self, line: int | None, msgid: str, plural: str | None = None, context: str = "") -> None:
        self.messages.add(self.path, line, msgid, plural=plural, context=context, comments=self.comments)
        self.comments = ()

    def _read_constants(self, token: Token) -> None:
        """Take `_("…")` in variables, filter arguments and tags."""
        for match in _CONSTANTS.finditer(token.contents):
            if match["text"]:
                text = unescape_string_literal(match["text"])
                if "%" in text:
                    self.messages.problem(
                        self.path,
                        token.lineno,
                        f"{quoted(text)}: a % inside _() is shown doubled; use {{% translate %}}",
                    )
                self._add(token.lineno, text.replace("%", "%%"))

    def _read_inline(self, token: Token) -> None:
        bits = _split(token)
        if len(bits) < 2:
            raise TemplateProblem(token.lineno, f"{{% {token.contents} %}} lacks its text")
        literal = _LITERAL.match(bits[1])
        if literal is None:
            return  # a variable, or _("…") which is taken above
        text = unescape_string_literal(literal[1]).replace("%", "%%")
        self._add(token.lineno, text, context=_context(token, bits[2:]))

    def _read_block(self, opening: Token, tokens: Iterator[Token]) -> None:
        bits = _split(opening)
        context = _context(opening, bits[1:])
        trimmed = "trimmed" in bits
        parts: list[list[str]] = [[]]
        for token in tokens:
            if token.token_type == TokenType.TEXT:
                parts[-1].append(token.contents.replace("%", "%%"))
            elif token.token_type == TokenType.VAR:
                if not _PLAIN_NAME.match(token.contents):
                    self.messages.problem(
                        self.path,
                        token.lineno,
                        f"{{{{ {token.contents} }}}} shows nothing inside {{% {bits[0]} %}}: bind it, `with name=…`",
                    )
                parts[-1].append(f"%({token.contents})s")
            elif token.token_type == TokenType.BLOCK and tag_name(token) == "plural" and len(parts) == 1:
                parts.append([])
            elif token.token_type == TokenType.BLOCK and token.contents.strip() == f"end{bits[0]}":
                break
            else:
                raise TemplateProblem(token.lineno, f"{{% {bits[0]} %}} must not hold {quoted(token.contents)}")
        else:
            raise TemplateProblem(opening.lineno, f"{{% {bits[0]} %}} is never closed with {{% end{bits[0]} %}}")
        if ("count" in bits) != (len(parts) == 2):
            raise TemplateProblem(
                opening.lineno, f"{{% {bits[0]} %}} needs both `count` and {{% plural %}}, or neither"
            )
        texts = [trim_whitespace("".join(part)) if trimmed else "".join(part) for part in parts]
        self._add(opening.lineno, texts[0], texts[1] if len(texts) == 2 else None, context)


def _split(token: Token) -> list[str]:
    return list(token.split_contents())


def _context(token: Token, bits: list[str]) -> str:
    """Return the literal after the word `context`, "" without one."""
    for position, bit in enumerate(bits):
        if bit == "context" and (position == 0 or bits[position - 1] not in {"as", "asvar"}):
            literal = _LITERAL.fullmatch(bits[position + 1]) if position + 1 < len(bits) else None
            if literal is None:
                raise TemplateProblem(token.lineno, f"{{% {token.contents} %}}: the context must be a literal text")
            return unescape_string_literal(literal[1])
    return ""
