"""The small language of mappings: which column of which file a field is.

"orders.state"                    the column
"sum(items.price)"                over the rows that make one fact; also min, max
"=platform"                       the text itself
"Seller {sellers.id:6}"           text with columns in it; :6 takes the first six characters
["orders.approved", "orders.at"]  the first that is not empty

A join is "customers on orders.customer_id = customers.customer_id". Names are checked against the mapping's files, so
that nothing of a mapping but its names and quoted texts reaches SQL.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["text", "integer", "money", "time"]


@dataclass(frozen=True)
class Known:
    """What is known of the values of a column or expression, beside that they may be missing.

    Texts have at most `longest` characters, choices are one of `allowed`, integers are within `low` and `high`.
    """

    kind: Kind
    longest: int = 0
    low: int = 0
    high: int = 0
    allowed: frozenset[str] | None = None


#: file → column → what is known of it
Columns = dict[str, dict[str, Known]]

_REF = r"(?P<file>[a-z]\w*)\.(?P<column>[a-z]\w*)"
_COLUMN = re.compile(_REF)
_AGGREGATE = re.compile(rf"(?P<function>sum|min|max)\({_REF}\)")
_PART = re.compile(r"\{" + _REF + r"(?::(?P<length>\d{1,3}))?\}")
_JOIN = re.compile(r"(?P<file>[a-z]\w*) on (?P<pairs>.+)")
_PAIR = re.compile(r"(?P<a>[a-z]\w*\.[a-z]\w*) = (?P<b>[a-z]\w*\.[a-z]\w*)")


class ExpressionError(ValueError):
    """A mapping says something that makes no sense; the message names it."""


@dataclass(frozen=True)
class Compiled:
    """An expression as SQL over the staged files, what is known of it, and whether it sums up rows by itself."""

    sql: str
    known: Known
    is_aggregate: bool = False


def compile_expression(text: str, columns: Columns) -> Compiled:
    """Translate one expression; raises ExpressionError for what is not in the mapping's files."""
    if match := _COLUMN.fullmatch(text):
        return Compiled(_sql(match), _known(match, columns))
    if match := _AGGREGATE.fullmatch(text):
        known, function = _known(match, columns), match["function"]
        if function == "sum" and known.kind not in ("money", "integer"):
            raise ExpressionError(f"{text!r}: only amounts and integers can be summed")
        if function == "sum":
            known = replace(known, high=2**62)
        return Compiled(f"{function}({_sql(match)})", known, is_aggregate=True)
    if text.startswith("="):
        return Compiled(_quote(text[1:]), Known("text", len(text) - 1, allowed=frozenset({text[1:]})))
    if _PART.search(text):
        return _template(text, columns)
    raise ExpressionError(f"{text!r} is not file.column, sum(file.column), =text or text with {{file.column}}")


def parse_join(text: str, columns: Columns) -> tuple[str, str]:
    """Translate a join into (file, SQL condition); raises ExpressionError."""
    match = _JOIN.fullmatch(text)
    if not match or match["file"] not in columns:
        raise ExpressionError(f"join: {text!r} is not 'file on file.column = file.column'")
    conditions = []
    for pair in match["pairs"].split(" and "):
        sides = _PAIR.fullmatch(pair)
        if not sides:
            raise ExpressionError(f"join: {pair!r} is not 'file.column = file.column'")
        conditions.append(" = ".join(compile_expression(sides[side], columns).sql for side in "ab"))
    return match["file"], " AND ".join(conditions)


def _quote(text: str) -> str:
    """A text as an SQL literal. psycopg2 reads % as a parameter."""
    return "'" + text.replace("'", "''").replace("%", "%%").replace("\0", "") + "'::text"


def _sql(match: re.Match[str]) -> str:
    return f'"{match["file"]}"."{match["column"]}"'


def _known(match: re.Match[str], columns: Columns) -> Known:
    try:
        return columns[match["file"]][match["column"]]
    except KeyError:
        raise ExpressionError(f"there is no column {match['file']}.{match['column']} in the mapping's files") from None


def _template(text: str, columns: Columns) -> Compiled:
    parts, end, longest = [], 0, 0
    for match in _PART.finditer(text):
        before = text[end : match.start()]
        known = _known(match, columns)
        column = f"coalesce({_sql(match)}::text, '')"
        parts += [_quote(before), f"left({column}, {match['length']})" if match["length"] else column]
        widest = known.longest if known.kind == "text" else 40
        longest += len(before) + (min(int(match["length"]), widest) if match["length"] else widest)
        end = match.end()
    parts.append(_quote(text[end:]))
    sql = " || ".join(part for part in parts if part != "''::text")
    return Compiled(f"({sql})", Known("text", longest + len(text) - end))
