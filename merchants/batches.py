"""What would happen to an application in a batch of approvals, and the words for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.checks import words as check_words
from merchants.models import Application, CheckResult, ReviewBatchRow
from merchants.services.queueing import QUEUE
from shopops.accounts.models import User
from shopops.work.claiming import free_for, holder_of
from shopops.work.models import Risk, WorkItem

#: Why an application is left out; a row's `params` fill the sentence.
SENTENCES: dict[str, object] = {
    "decided": _("Nothing to decide: %(state)s."),
    "own": _("Your own application: somebody else decides."),
    "own_of_second": _("The application of the person who agreed to the batch: somebody else decides."),
    "second_person": _("A high-risk category: two people decide, one by one."),
    "left": _("Not in the queue."),
    "not_for_you": _("You had a part in it already."),
    "held": _("%(name)s works on it."),
    "no_checks": _("The checks did not run."),
    "failed": _("Failed: %(checks)s."),
    "changed": _("Changed since the preview."),
    "refused": "%(text)s",
    "error": _("An error of the program stopped it. It is in the log; nothing was decided."),
}


@dataclass(frozen=True)
class Verdict:
    """Left out `because` (a key of SENTENCES, empty: it would be approved), with what fills the sentence."""

    because: str = ""
    params: dict[str, Any] = field(default_factory=dict)


def verdict(
    application: Application,
    item: WorkItem | None,
    outcomes: Mapping[str, str],
    actor: User,
    *,
    agreed_by: User | None = None,
) -> Verdict:
    """What a batch of `actor` would do with an application as it is now; `item` is its open place in the queue."""
    if application.state not in Application.WITH_REVIEW:
        return Verdict("decided", {"state": application.state})
    if application.applicant_id == actor.pk:
        return Verdict("own")
    if agreed_by is not None and application.applicant_id == agreed_by.pk:
        return Verdict("own_of_second")
    if application.needs_second_person:
        return Verdict("second_person")
    if item is None:
        return Verdict("left")
    if actor.pk in item.not_for:
        return Verdict("not_for_you")
    holder = holder_of(item)
    if holder is not None and holder[0] != actor:
        return Verdict("held", {"name": str(holder[0])})
    if not outcomes:
        return Verdict("no_checks")
    if failed := [code for code, outcome in outcomes.items() if outcome == CheckResult.Outcome.FAIL]:
        return Verdict("failed", {"checks": failed})
    return Verdict()


def sentence(row: ReviewBatchRow) -> str:
    """Why a row is left out, in the reader's language; empty for one that is (or would be) approved."""
    if not row.because:
        return ""
    params = dict(row.params)
    if row.because == "decided":
        params["state"] = dict(Application.State.choices).get(params.get("state", ""), "")
    if row.because == "failed":
        params["checks"] = ", ".join(str(check_words.label(code)) for code in params.get("checks", []))
    return str(SENTENCES[row.because]) % params


def outcomes_of(applications: Iterable[Application]) -> dict[int, dict[str, str]]:
    """What the checks said about the latest submission of each, by application and check."""
    found: dict[int, dict[str, str]] = {application.pk: {} for application in applications}
    rows = CheckResult.objects.filter(application__in=list(found), submission=F("application__submissions"))
    for pk, code, outcome in rows.order_by("id").values_list("application", "code", "outcome"):
        found[pk][code] = outcome
    return found


def clean_for(user: User) -> QuerySet[WorkItem]:
    """What waits, is free for the user, of low risk, and passed every check: the riskiest and oldest first."""
    results = CheckResult.objects.filter(application=OuterRef("pk"), submission=OuterRef("submissions"))
    clean = Application.objects.filter(
        Exists(results), ~Exists(results.exclude(outcome=CheckResult.Outcome.PASS)), needs_second_person=False
    )
    return free_for(user, QUEUE, timezone.now()).filter(risk=Risk.LOW, object_id__in=clean.values("pk"))
