# ruff: noqa: S608 - names come from the mapping, whose schema allows identifiers only
"""Files and facts in temporary tables: COPY in, then check rows against each other in sets.

Files become tables `file_<code>` with the code of the mapping as alias; facts become `staged_order`, `staged_line` and
so on, keyed by the external ids of merchant and order in the order of their bytes.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection

from orders.importing.expressions import compile_expression, parse_join
from orders.importing.files import Source
from orders.importing.reading import Broken, Row, rows
from orders.importing.rejects import Reason, Reject, RejectFile
from orders.importing.schema import FIELDS, Entity, Mapping, alternatives, columns_of

#: Rows per COPY: about 2 MB of memory.
BATCH = 10_000
_SQL_TYPES = {"text": 'text COLLATE "C"', "integer": "bigint", "money": "bigint", "time": "timestamptz"}
_CASTS = {"text": '::text COLLATE "C"', "integer": "::bigint", "money": "::bigint", "time": "::timestamptz"}
FACTS = ("merchant", "order", "line", "shipment", "review")


def execute(sql: str, parameters: object = None) -> int:
    """Run a statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)  # type: ignore[arg-type]
        return int(cursor.rowcount)


def clear(mapping: Mapping) -> None:
    """Drop what an earlier import left in this session."""
    names = [f"file_{code}{suffix}" for code in mapping.files for suffix in ("", "_broken")]
    for table in (*names, *(f"staged_{fact}" for fact in FACTS), "staged_unit", "staged_reject"):
        execute(f'DROP TABLE IF EXISTS pg_temp."{table}"')


def stage_files(
    mapping: Mapping, sources: list[Source], rejects: RejectFile, on_bytes: Callable[[Source, int], None]
) -> None:
    """Make a table per file of the mapping and fill those whose files are there."""
    execute(
        "CREATE TEMP TABLE staged_reject (id bigserial, file text, line bigint, field text, value text, reason text)"
    )
    kinds = columns_of(mapping)
    for code, file in mapping.files.items():
        columns = ", ".join(f'"{name}" {_SQL_TYPES[kinds[code][name].kind]}' for name in file.columns)
        execute(f'CREATE TEMP TABLE "file_{code}" ("line#" bigint, {columns})')
        if file.group:
            group = ", ".join(f'"{name}" {_SQL_TYPES[kinds[code][name].kind]}' for name in file.group)
            execute(f'CREATE TEMP TABLE "file_{code}_broken" ({group})')
    for source in sources:
        _copy_file(mapping, source, rejects, lambda done, source=source: on_bytes(source, done))  # type: ignore[misc]
        execute(f'ANALYZE "file_{source.code}"')


def _copy_file(mapping: Mapping, source: Source, rejects: RejectFile, on_bytes: Callable[[int], None]) -> None:
    good: list[str] = []
    broken: list[str] = []
    for item in rows(source, mapping, on_bytes):
        if isinstance(item, Row):
            good.append(item.text)
            if len(good) >= BATCH:
                _copy(f"file_{source.code}", good)
        elif isinstance(item, Broken):
            broken.append(item.text)
            if len(broken) >= BATCH:
                _copy(f"file_{source.code}_broken", broken)
        else:
            rejects.add(item)
    _copy(f"file_{source.code}", good)
    _copy(f"file_{source.code}_broken", broken)


def _copy(table: str, lines: list[str]) -> None:
    """COPY lines into a table, and empty the list."""
    if lines:
        with connection.cursor() as cursor:
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.StringIO("\n".join(lines) + "\n"))
        lines.clear()


def check_files(mapping: Mapping, sources: list[Source]) -> None:
    """Take out duplicates, rows of broken groups, and rows without the partners that the mapping's checks ask for."""
    present = {source.code: source for source in sources}
    for source in sources:
        spec = source.spec
        if spec.key:
            key = ", ".join(f'"{name}"' for name in spec.key)
            numbered = f'row_number() OVER (PARTITION BY {key} ORDER BY "line#")'
            again = f'SELECT ctid FROM (SELECT ctid, {numbered} AS n FROM "file_{source.code}") AS rows WHERE n > 1'
            _take_out(source, spec.key, Reason.DUPLICATE, f"t.ctid IN ({again})")
        if spec.group:
            same = " AND ".join(f't."{name}" = broken."{name}"' for name in spec.group)
            _take_out(
                source, spec.group, Reason.INCOMPLETE,
                f'EXISTS (SELECT FROM "file_{source.code}_broken" AS broken WHERE {same})',
            )  # fmt: skip
    for check in mapping.checks:
        if check.rows not in present or check.must_be_in not in present:
            continue
        execute(f'ANALYZE "file_{check.must_be_in}"')
        same = " AND ".join(f't."{name}" = other."{name}"' for name in check.by)
        _take_out(
            present[check.rows], check.by, check.reason,
            f'NOT EXISTS (SELECT FROM "file_{check.must_be_in}" AS other WHERE {same})',
        )  # fmt: skip


def _take_out(source: Source, named: list[str], reason: Reason, condition: str) -> int:
    """Move the rows of a file that meet a condition to the rejects."""
    headers = [source.spec.columns[name].header(name) for name in named]
    value = " || ' ' || ".join(f"coalesce(t.\"{name}\"::text, '')" for name in named)
    return execute(
        f'WITH gone AS (DELETE FROM "file_{source.code}" AS t WHERE {condition} RETURNING "line#", {value} AS value) '
        'INSERT INTO staged_reject (file, line, field, value, reason) SELECT %s, "line#", %s, value, %s FROM gone',
        [source.path.name, " ".join(headers), reason.value],
    )


@dataclass(frozen=True)
class Staged:
    """A fact that was staged: the file it comes from, and what the columns behind its fields are called there."""

    name: str
    source: Source
    fields: list[str]
    headers: dict[str, str]


def stage_facts(mapping: Mapping, sources: list[Source]) -> dict[str, Staged]:
    """Make the tables of facts from the tables of files, by the mapping's expressions."""
    present = {source.code: source for source in sources}
    staged = {}
    for name in FACTS:
        entity: Entity | None = getattr(mapping, name)
        if entity is None or entity.source not in present:
            continue
        staged[name] = Staged(name, present[entity.source], list(entity.fields), _headers(mapping, entity))
        _stage_fact(mapping, name, entity)
        for field, (_kind, needed) in FIELDS[name].items():
            if needed:
                reject_facts(staged[name], field, f't."{field}" IS NULL', Reason.MISSING_VALUE)
    return staged


def _headers(mapping: Mapping, entity: Entity) -> dict[str, str]:
    """field → the header of the column it comes from, where it is a column."""
    found = {}
    for field, expression in entity.fields.items():
        file, _dot, name = alternatives(expression)[0].partition(".")
        if file in mapping.files and name in mapping.files[file].columns:
            found[field] = mapping.files[file].columns[name].header(name)
    return found


def _stage_fact(mapping: Mapping, name: str, entity: Entity) -> None:
    """CREATE TABLE staged_<fact> AS SELECT …: one row per fact, its first line in the file kept for rejects."""
    columns = columns_of(mapping)
    grouped = name == "order"
    fields, keys = [], []
    for field, expression in entity.fields.items():
        compiled = [compile_expression(each, columns) for each in alternatives(expression)]
        is_key = grouped and field in ("merchant", "external_id")
        parts = [each.sql if each.is_aggregate or not grouped or is_key else f"min({each.sql})" for each in compiled]
        sql = f"coalesce({', '.join(parts)})"
        fields.append(f'({sql}){_CASTS[compiled[0].known.kind]} AS "{field}"')
        if is_key:
            keys.append(sql)
    joins = "".join(
        f' LEFT JOIN "file_{file}" AS "{file}" ON {condition}'
        for file, condition in (parse_join(join, columns) for join in entity.join)
    )
    where = f" WHERE {compile_expression(entity.only_if, columns).sql} IS NOT NULL" if entity.only_if else ""
    line = f'"{entity.source}"."line#"'
    line, group = (f"min({line})", f" GROUP BY {', '.join(keys)}") if grouped else (line, "")
    select = (
        f'SELECT {line} AS "line#", {", ".join(fields)} '
        f'FROM "file_{entity.source}" AS "{entity.source}"{joins}{where}{group}'
    )
    if "merchant" in FIELDS[name] and "merchant" not in entity.fields:
        # It belongs to every merchant's part of its order.
        select = f'SELECT s.*, o.merchant FROM ({select}) AS s LEFT JOIN staged_order AS o ON o.external_id = s."order"'
    execute(f"CREATE TEMP TABLE staged_{name} AS {select}")
    execute(f"ANALYZE staged_{name}")


def reject_facts(staged: Staged, field: str, condition: str, reason: Reason, value: str = "''") -> int:
    """Move staged facts (alias t) that meet a condition to the rejects, with the field and an SQL value to show."""
    return execute(
        f'WITH gone AS (DELETE FROM staged_{staged.name} AS t WHERE {condition} RETURNING t."line#", {value} AS value) '
        'INSERT INTO staged_reject (file, line, field, value, reason) SELECT %s, "line#", %s, value, %s FROM gone',
        [staged.source.path.name, staged.headers.get(field, field), reason.value],
    )


def rejected() -> Iterator[Reject]:
    """What the checks rejected."""
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, file, line, field, value, reason FROM staged_reject WHERE id > %s ORDER BY id LIMIT %s",
                [after, BATCH],
            )
            found = cursor.fetchall()
        for _id, *row in found:
            yield Reject(*row)
        if len(found) < BATCH:
            return
        after = found[-1][0]
