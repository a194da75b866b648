"""Pages that show: kinds, a kind's history, a version, a comparison, what waits for approval, files."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from shopops.audit.selectors import history as audit_history
from shopops.notifications.models import Delivery
from shopops.policies import selectors
from shopops.policies.bodies import as_json, as_toml, content_hash
from shopops.policies.compare import Change, changes
from shopops.policies.console.access import is_barred, kind_or_404, may_approve, may_edit, reader, version_or_404
from shopops.policies.console.actions import actions_of
from shopops.policies.effects import EDITED
from shopops.policies.kinds import PolicyKind, kinds
from shopops.policies.models import PolicyTrial, PolicyVersion, State
from shopops.policies.naming import policy_name
from shopops.policies.nodes import node_of
from shopops.policies.reading import readable
from shopops.policies.services.activating import held_because
from shopops.policies.services.drafting import DRAFTED

#: Decisions are counted up to here.
MOST_COUNTED = 1000
#: Nights of a shadow version on its page.
MOST_TRIALS = 14
OPEN = (State.DRAFT, State.SHADOW, State.SUBMITTED, State.SCHEDULED)


@dataclass(frozen=True)
class KindRow:
    """A line of the list of policies."""

    kind: PolicyKind
    key: str
    current: PolicyVersion | None
    waiting: list[PolicyVersion]
    may_edit: bool

    @property
    def name(self) -> str:
        """What people call it."""
        return self.kind.name_of(self.key)


def home(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Every policy: what is in force, since when, and what is on its way."""
    user = reader(request)
    versions = PolicyVersion.objects.filter(state__in=[State.ACTIVE, *OPEN]).order_by("number")
    by_policy: dict[tuple[str, str], list[PolicyVersion]] = {}
    for version in versions.defer("body").select_related("author", "approver"):
        by_policy.setdefault((version.kind, version.key), []).append(version)
    rows = []
    for kind in kinds:
        shipped = [pack.key for pack in kind.packs]
        keys = dict.fromkeys([*shipped, *(key for code, key in by_policy if code == kind.code)])
        for key in keys:
            found = by_policy.get((kind.code, key), [])
            rows.append(
                KindRow(
                    kind,
                    key,
                    next((each for each in found if each.state == State.ACTIVE), None),
                    [each for each in found if each.state != State.ACTIVE],
                    may_edit(user, kind),
                )
            )
    waiting = PolicyVersion.objects.filter(state=State.SUBMITTED).count() if may_approve(user) else 0
    return page(request, site, "home", {"title": _("Policies"), "rows": rows, "waiting": waiting})


def approvals(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """What waits for a second person."""
    user = reader(request)
    versions = PolicyVersion.objects.filter(state=State.SUBMITTED).defer("body").order_by("submitted_at")
    rows = [
        (version, policy_name(version), may_approve(user) and not is_barred(user, version))
        for version in versions.select_related("author", "submitter")
    ]
    return page(request, site, "approvals", {"title": _("Policies waiting for approval"), "rows": rows})


def kind_page(request: HttpRequest, code: str, key: str, site: AdminSite) -> HttpResponse:
    """Every version of one policy, newest first."""
    user, kind = reader(request), kind_or_404(code)
    versions = list(selectors.history(code, key).defer("body"))
    context = {
        "title": policy_name(PolicyVersion(kind=code, key=key)),
        "kind": kind,
        "key": key,
        "versions": versions,
        "may_edit": may_edit(user, kind) and any(each.state == State.ACTIVE for each in versions),
    }
    return page(request, site, "kind", context)


def version_page(request: HttpRequest, pk: int | str, site: AdminSite) -> HttpResponse:
    """One version: where it stands, what it says, what can be done with it."""
    user, version = reader(request), version_or_404(pk)
    kind = kinds.get(version.kind) if version.kind in kinds else None
    other = selectors.before(version)
    now = timezone.now()
    due = version.state == State.SCHEDULED and version.effective_from is not None and version.effective_from <= now
    context = {
        **version_context(version),
        "kind": kind,
        "parts": readable(node_of(kind.type), version.body) if kind else (),
        "other": other,
        "changes": compared(version, other) if other and version.state in OPEN else None,
        "buttons": actions_of(version, user),
        "may_edit": kind is not None and version.state == State.DRAFT and may_edit(user, kind),
        "barred": version.state == State.SUBMITTED and may_approve(user) and is_barred(user, version),
        "held": held_because(version, now) if due else "",
        "notice": _ledger(version),
        "notice_policy_name": policy_name(version.notice_policy) if version.notice_policy else "",
        "usage": usage(version),
        "entries": [(entry, _said(entry.action)) for entry in audit_history(version).select_related("actor")],
        **_trials(version, kind),
        "hash_holds": content_hash(version.body) == version.content_hash,
    }
    return page(request, site, "version", context)


def _trials(version: PolicyVersion, kind: PolicyKind | None) -> dict[str, Any]:
    """The chosen trial of a version and the moments of its last ones; empty for a kind that is not tried."""
    if kind is None or kind.trial is None or version.shadow_since is None:
        return {}
    recorded = list(selectors.trials_of(version)[:MOST_TRIALS])
    return {
        "is_tried": True,
        "trials": [(trial, kind.trial.show(trial.result)) for trial in recorded],
    }


def _said(action: str) -> str:
    """An entry of the audit log about a version, in words."""
    words = {EDITED: _("Draft saved"), DRAFTED: _("Draft begun")}
    words.update({effect.event: str(effect.label) for effect in PolicyVersion.EFFECTS.values()})
    return words.get(action, action)


def compare_page(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """A version against another of the same policy (`?with=`), by default the one before it."""
    reader(request)
    version = version_or_404(pk)
    chosen = request.GET.get("with", "")
    others = list(selectors.history(version.kind, version.key).exclude(pk=version.pk).defer("body"))
    other = next((each for each in others if str(each.pk) == chosen), None) or selectors.before(version)
    other = other or (others[0] if others else None)
    kind_or_404(version.kind)
    context = {
        **version_context(version),
        "title": _("%(name)s: compare versions") % {"name": policy_name(version)},
        "other": other,
        "others": others,
        "changes": compared(version, other) if other else [],
    }
    return page(request, site, "compare", context)


def export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """A version as a file, TOML or JSON, that the import takes back."""
    reader(request)
    version = version_or_404(pk)
    writers = {"toml": (as_toml, "application/toml"), "json": (as_json, "application/json")}
    if form not in writers:
        raise Http404
    write, content_type = writers[form]
    response = HttpResponse(write(version.body), content_type=f"{content_type}; charset=utf-8")
    name = f"{version.kind}-{version.key}-v{version.number}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def compared(version: PolicyVersion, other: PolicyVersion) -> list[Change]:
    """What changes from `other` to `version`."""
    return changes(node_of(kinds.get(version.kind).type), other.body, version.body) if version.kind in kinds else []


def version_context(version: PolicyVersion) -> dict[str, Any]:
    """What every page about one version shows."""
    name = policy_name(version)
    return {
        "title": _("%(name)s, version %(number)s") % {"name": name, "number": version.number},
        "name": name,
        "version": version,
    }


def _ledger(version: PolicyVersion) -> dict[str, Any] | None:
    """How many people were told of a version, by the ledger of deliveries; None when nobody had to be."""
    told = Delivery.objects.filter(message__key=version.notice_key)
    counted = told.aggregate(
        people=models.Count("recipient_id", distinct=True),
        told=models.Count(
            "recipient_id", distinct=True, filter=models.Q(state__in=[Delivery.State.SENT, Delivery.State.READ])
        ),
        first=models.Min("sent_at"),
        last=models.Max("sent_at"),
    )
    return counted if counted["people"] else None


def usage(version: PolicyVersion) -> list[tuple[str, int, bool]]:
    """How many rows of which kind were decided under a version: (kind in words, number, whether there are more)."""
    found = []
    for model in apps.get_models():
        if model in (PolicyVersion, PolicyTrial) or model._meta.proxy:
            continue
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.related_model is PolicyVersion:
                rows = model._default_manager.filter(**{field.name: version}).order_by()
                count = rows.values("pk")[: MOST_COUNTED + 1].count()
                if count:
                    words = str(model._meta.verbose_name_plural)
                    found.append((words, min(count, MOST_COUNTED), count > MOST_COUNTED))
    return found


def page(
    request: HttpRequest, site: AdminSite, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {**site.each_context(request), "opts": PolicyVersion._meta, "State": State, **context}
    return render(request, f"admin/policies/{template}.html", context, status=status)
