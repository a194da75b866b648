"""Scores with the ledger they are the sum of."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.models import Merchant

#: Finds stored scores that are not the sum of their stored lines; {touched} selects the snapshots to check. Joins are
#: lateral, so that each is looked up by index however the tables have grown.
_BROKEN = """
    SELECT 1 FROM ({touched}) AS touched
    CROSS JOIN LATERAL (SELECT score FROM credit_scoresnapshot WHERE id = touched.id) AS stored
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(points), 0) AS points FROM credit_scorecontribution WHERE snapshot_id = touched.id
    ) AS ledger
    WHERE stored.score <> ledger.points
"""
_RAISE = """
        RAISE EXCEPTION 'credit_score_is_sum: a score is not the sum of its contributions'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_score_is_sum';
    END IF;
    RETURN NULL;
"""


def _check_row(touched: str) -> str:
    """The body of a trigger that checks the snapshots of one row."""
    return f"IF EXISTS ({_BROKEN.format(touched=touched)}) THEN {_RAISE}"


def _check_statement(touched: str) -> str:
    """The body of a trigger that checks all snapshots of a statement; planned anew each time, for it may be many."""
    return f"EXECUTE $sql$ SELECT EXISTS ({_BROKEN.format(touched=touched)}) $sql$ INTO broken; IF broken THEN {_RAISE}"


class Grade(models.TextChoices):
    """The grades a policy hands out, best first."""

    A = "A", _("Grade A")
    B = "B", _("Grade B")
    C = "C", _("Grade C")
    D = "D", _("Grade D")
    E = "E", _("Grade E")


class ComponentCode(models.TextChoices):
    """The parts of a score."""

    REPUTATION = "reputation", _("Reputation")
    SERVICE = "service", _("Service")
    PRODUCT_QUALITY = "product_quality", _("Product quality")


class ScoreSnapshot(models.Model):
    """A merchant's score as it stood from `day` on, until the merchant's next snapshot.

    A new one is written only on a day when the ledger changed: a number, a line's points, the policy. A recount of the
    same day replaces that day's ledger. `is_current` marks the merchant's latest.
    """

    merchant = models.ForeignKey(Merchant, models.CASCADE, verbose_name=_("merchant"), related_name="scores")
    day = models.DateField(_("stands since"), help_text=_("The marketplace day on which this score was first counted."))
    score = models.PositiveSmallIntegerField(_("score"))
    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices)
    provisional = models.BooleanField(
        _("provisional"), default=False, help_text=_("The shop is new or has few orders: the grade has no effect yet.")
    )
    policy_version = models.ForeignKey(
        "policies.PolicyVersion", models.PROTECT, verbose_name=_("policy version"), related_name="+"
    )
    fingerprint = models.CharField(
        _("fingerprint"), max_length=32, help_text=_("Of the ledger's numbers; tells whether anything changed.")
    )
    is_current = models.BooleanField(_("current score"), default=False)
    counted_at = models.DateTimeField(_("counted at"), default=timezone.now)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ("-day", "merchant_id")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "day"], name="credit_one_score_per_day"),
            models.UniqueConstraint(fields=["merchant"], condition=Q(is_current=True), name="credit_one_current_score"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1000), name="credit_score_0_to_1000"),
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="credit_known_grade"),
        ]
        indexes = [
            models.Index(fields=["grade", "score"], condition=Q(is_current=True), name="credit_current_by_grade"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="score_is_sum",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("score"),
                timing=pgtrigger.Deferred,
                level=pgtrigger.Row,
                func=_check_row("SELECT NEW.id AS id"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant} · {self.score} {self.grade} · {self.day}"


class ScoreContribution(models.Model):
    """A line of the score ledger: one item of the policy with the numbers that gave its points.

    `numerator` and `denominator` are the merchant's own counts; `adjusted` is the value the curve was read at, after
    shrinkage towards `prior`. `by_prior`: the volume was below the item's minimum, so the prior alone counted.
    """

    snapshot = models.ForeignKey(ScoreSnapshot, models.CASCADE, verbose_name=_("score"), related_name="contributions")
    position = models.PositiveSmallIntegerField(_("position in the ledger"))
    component = models.CharField(_("component"), max_length=20, choices=ComponentCode.choices)
    item = models.CharField(_("score line"), max_length=60)
    numerator = models.BigIntegerField(_("numerator"))
    denominator = models.BigIntegerField(_("denominator"))
    prior = models.FloatField(_("average of the category"))
    adjusted = models.FloatField(_("adjusted value"))
    by_prior = models.BooleanField(_("counted as the average"))
    points = models.PositiveSmallIntegerField(_("points given"))
    max_points = models.PositiveSmallIntegerField(_("maximum points"))

    class Meta:
        verbose_name = _("score contribution")
        verbose_name_plural = _("score contributions")
        ordering = ("snapshot_id", "position")
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "item"], name="credit_item_once"),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=F("max_points")), name="credit_points_in_range"
            ),
            models.CheckConstraint(
                condition=Q(numerator__gte=0, denominator__gte=0), name="credit_counts_not_negative"
            ),
        ]
        triggers = [
            # Lines are inserted many at a time: one check per statement, once its rows are there.
            pgtrigger.Trigger(
                name="score_is_sum_inserted",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                level=pgtrigger.Statement,
                referencing=pgtrigger.Referencing(new="new_lines"),
                func=_check_statement("SELECT DISTINCT snapshot_id AS id FROM new_lines"),
                declare=[("broken", "boolean")],
            ),
            # Lines change or go only when a day is recounted: checked when the recount commits.
            pgtrigger.Trigger(
                name="score_is_sum_updated",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                timing=pgtrigger.Deferred,
                level=pgtrigger.Row,
                func=_check_row("SELECT unnest(ARRAY[OLD.snapshot_id, NEW.snapshot_id]) AS id"),
            ),
            pgtrigger.Trigger(
                name="score_is_sum_deleted",
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                level=pgtrigger.Row,
                func=_check_row("SELECT OLD.snapshot_id AS id"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.points}"
