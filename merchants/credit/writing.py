"""Writing scores, set-based: a few statements per chunk of merchants, rows only where a ledger changed."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from merchants.credit.models import ScoreSnapshot
from merchants.credit.score import Contribution, Result

#: A score that is written compares with the merchant's latest on or before its day: `standing`.
_UPSERT = """
WITH fresh AS (
    SELECT * FROM unnest(%(merchants)s::bigint[], %(scores)s::smallint[], %(grades)s::text[],
                         %(provisional)s::boolean[], %(fingerprints)s::text[])
        AS row (merchant_id, score, grade, provisional, fingerprint)
), standing AS (
    SELECT latest.* FROM fresh CROSS JOIN LATERAL (
        SELECT merchant_id, day, score, grade, provisional, policy_version_id, fingerprint FROM credit_scoresnapshot
        WHERE merchant_id = fresh.merchant_id AND day <= %(day)s ORDER BY day DESC LIMIT 1
    ) AS latest
), written AS (
    INSERT INTO credit_scoresnapshot AS stored
        (merchant_id, day, score, grade, provisional, policy_version_id, fingerprint, is_current, counted_at)
    SELECT fresh.merchant_id, %(day)s, fresh.score, fresh.grade, fresh.provisional, %(policy)s, fresh.fingerprint,
           false, %(counted_at)s
    FROM fresh LEFT JOIN standing USING (merchant_id)
    WHERE (standing.fingerprint, standing.policy_version_id) IS DISTINCT FROM (fresh.fingerprint, %(policy)s)
    ON CONFLICT (merchant_id, day) DO UPDATE
        SET score = excluded.score, grade = excluded.grade, provisional = excluded.provisional,
            policy_version_id = excluded.policy_version_id, fingerprint = excluded.fingerprint,
            counted_at = excluded.counted_at
        WHERE (stored.fingerprint, stored.policy_version_id)
              IS DISTINCT FROM (excluded.fingerprint, excluded.policy_version_id)
    RETURNING stored.id, stored.merchant_id
)
SELECT written.id, written.merchant_id, standing.day, standing.score, standing.grade
FROM written LEFT JOIN standing USING (merchant_id)
"""

_LINES = """
INSERT INTO credit_scorecontribution
    (snapshot_id, position, component, item, numerator, denominator, prior, adjusted, by_prior, points, max_points)
SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::float8[],
                     %s::float8[], %s::boolean[], %s::smallint[], %s::smallint[])
"""

#: The mark moves in two steps, because the index that allows one current score per merchant is checked row by row.
_UNMARK = """
UPDATE credit_scoresnapshot AS stored SET is_current = false
WHERE stored.merchant_id = ANY(%(merchants)s) AND stored.is_current AND EXISTS (
    SELECT 1 FROM credit_scoresnapshot AS later
    WHERE later.merchant_id = stored.merchant_id AND later.day > stored.day
)
"""
_MARK = """
UPDATE credit_scoresnapshot SET is_current = true
WHERE NOT is_current AND id IN (
    SELECT DISTINCT ON (merchant_id) id FROM credit_scoresnapshot
    WHERE merchant_id = ANY(%(merchants)s) ORDER BY merchant_id, day DESC
)
"""


#: pgtrigger asks this setting in every trigger and catches an error when it is missing; rolling that error back gets
#: slower with every deferred check that waits (20,000 scores: 9 s, with the setting 0.3 s).
_SETTING = "SELECT set_config('pgtrigger.ignore', '{}', true)"


@dataclass(frozen=True, slots=True)
class Scored:
    """A merchant's computed score, not written yet."""

    merchant_id: int
    provisional: bool
    result: Result

    @property
    def fingerprint(self) -> str:
        """Whether two ledgers of one policy say the same: own numbers, points, standing.

        Priors are left out: they move a little every day, and count once they move a point.
        """
        lines = [(c.item, c.numerator, c.denominator, c.by_prior, c.points) for c in self.result.contributions]
        return hashlib.blake2b(repr((self.provisional, lines)).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Written:
    """A snapshot that was inserted or replaced, and the one that stood before it, if any."""

    snapshot_id: int
    merchant_id: int
    score: int
    grade: str
    provisional: bool
    standing_day: dt.date | None
    standing_score: int | None
    standing_grade: str | None


def write(scored: Sequence[Scored], *, day: dt.date, counted_at: dt.datetime, policy_version_id: int) -> list[Written]:
    """Write the snapshots that differ from what stands, with their ledgers, in the caller's transaction."""
    by_merchant = {each.merchant_id: each for each in scored}
    with connection.cursor() as cursor:
        cursor.execute(_SETTING)
        cursor.execute(
            _UPSERT,
            {
                "merchants": list(by_merchant),
                "scores": [each.result.score for each in scored],
                "grades": [each.result.grade for each in scored],
                "provisional": [each.provisional for each in scored],
                "fingerprints": [each.fingerprint for each in scored],
                "day": day,
                "counted_at": counted_at,
                "policy": policy_version_id,
            },
        )
        written = [
            Written(pk, merchant_id, result.score, result.grade, by_merchant[merchant_id].provisional, *standing)
            for pk, merchant_id, *standing in cursor.fetchall()
            for result in [by_merchant[merchant_id].result]
        ]
        if written:
            recounted = [each.snapshot_id for each in written if each.standing_day == day]
            if recounted:
                cursor.execute("DELETE FROM credit_scorecontribution WHERE snapshot_id = ANY(%s)", [recounted])
            lines = [
                (each.snapshot_id, position, *_columns(line))
                for each in written
                for position, line in enumerate(by_merchant[each.merchant_id].result.contributions)
            ]
            cursor.execute(_LINES, [list(column) for column in zip(*lines, strict=True)])
            merchants = {"merchants": [each.merchant_id for each in written]}
            cursor.execute(_UNMARK, merchants)
            cursor.execute(_MARK, merchants)
    return written


def current_ids(written: Sequence[Written]) -> set[int]:
    """Return which of the written snapshots are their merchant's latest."""
    ids = [each.snapshot_id for each in written]
    return set(ScoreSnapshot.objects.filter(pk__in=ids, is_current=True).values_list("pk", flat=True))


def _columns(line: Contribution) -> tuple[object, ...]:
    return (
        line.component,
        line.item,
        line.numerator,
        line.denominator,
        line.prior,
        line.adjusted,
        line.by_prior,
        line.points,
        line.max_points,
    )
