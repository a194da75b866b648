"""The checks' part of the review workbench: what machines found, what registers say, who is related, sample goods."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants import related, selectors
from merchants.checks import identity, words
from merchants.models import Application, CheckResult, Merchant
from merchants.policy import OnboardingPolicy
from merchants.views import graph, outcomes, register_facts

MERCHANT_TONES = {"active": "ok", "suspended": "caution", "exiting": "caution", "closed": "danger"}
#: The part of the page that a check talks about, when it is no document.
_PLACES = {
    "credit_code": "#code",
    "organisation_class": "#code",
    "certificates": "#code",
    "registration": "#reg",
    "credit_record": "#reg",
    "duplicates": "#rel",
    "related": "#rel",
    "sample": "#smp",
}


def context(request: HttpRequest, application: Application, body: OnboardingPolicy) -> dict[str, Any]:
    """The checks of the latest submission with their evidence, and what they rest on."""
    results = selectors.check_results(application)
    papers = {each.type: each.pk for each in application.documents.current().order_by("-id")}
    circle = related.graph(application, similar=body.names.similar)
    verdict = selectors.sample_verdict(application)
    may_rerun = application.state in Application.WITH_REVIEW
    return {
        "checks": [_shown(result, body, papers) for result in results],
        "outcomes": {code: sum(result.outcome == code for result in results) for code in outcomes.TONES},
        "may_rerun": may_rerun,
        "registered": identity.registered(application.uscc),
        "registers": register_facts.shown(application.uscc, timezone.now()) if application.uscc else [],
        "related": _related(circle),
        "circle": _picture(application, circle) if len(circle.nodes) > 1 else None,
        "circle_cut": circle.cut,
        "sample": verdict,
        "sample_tone": outcomes.TONES["pass" if verdict and verdict.outcome == verdict.Outcome.PASSED else "fail"],
        "sample_wanted": application.category in body.sample_categories,
    }


def _shown(result: CheckResult, body: OnboardingPolicy, papers: dict[str, int]) -> dict[str, Any]:
    named = [each for each in result.params.get("documents", []) if each in papers]
    link = (f"?doc={papers[named[0]]}", body.document_name(named[0])) if named else _place(result.code)
    return {
        "code": result.code,
        "label": words.label(result.code),
        "tone": outcomes.TONES[result.outcome],
        "icon": outcomes.ICONS[result.outcome],
        "word": str(CheckResult.Outcome(result.outcome).label),
        "evidence": words.sentence(result.evidence, result.params, body),
        "run_at": result.run_at,
        "url": link[0],
        "link": link[1],
    }


def _place(code: str) -> tuple[str, str]:
    """Where on the page to read on, and what that is called."""
    names = {
        "#code": _("What the code says"),
        "#reg": _("Public registers"),
        "#rel": _("Related shops"),
        "#smp": _("Sample goods"),
        "#cmp": _("Form"),
    }
    place = _PLACES.get(code, "#cmp")
    return place, names[place]


def _related(circle: related.Graph) -> list[dict[str, Any]]:
    """The rows under the picture: who, what it shares and with whom."""
    nodes = {node.key: node for node in circle.nodes}
    rows = []
    for node in circle.nodes[1:]:
        edges = [edge for edge in circle.edges if edge.other == node.key]
        rows.append(
            {
                **_look(node.other),
                "hop": node.hop,
                "shared": [
                    {
                        "words": words.shared(list(edge.shared)),
                        "through": "" if node.hop == 1 else _name(nodes[edge.one].other),
                    }
                    for edge in edges
                ],
            }
        )
    return rows


def _look(other: Application | Merchant) -> dict[str, Any]:
    is_shop = isinstance(other, Merchant)
    page = "admin:merchants_merchant_change" if is_shop else "review:case"
    return {
        "name": _name(other),
        "standing": other.get_state_display(),
        "tone": MERCHANT_TONES[other.state] if is_shop else "info",
        "url": reverse(page, args=[other.pk]),
    }


def _name(other: Application | Merchant) -> str:
    return other.shop_name if isinstance(other, Merchant) else str(other)


def _picture(application: Application, circle: related.Graph) -> graph.Picture:
    parts = [graph.Part(circle.nodes[0].key, 0, application.shop_name, _("this application"), "accent")]
    for node in circle.nodes[1:]:
        look = _look(node.other)
        shared = next(edge.shared for edge in circle.edges if edge.other == node.key)
        note = words.shared(list(shared))
        if look["tone"] in ("danger", "caution"):
            note = f"{look['standing']} · {note}"
        parts.append(graph.Part(node.key, node.hop, look["name"], note, look["tone"], look["url"]))
    return graph.drawn(parts, [(edge.one, edge.other) for edge in circle.edges])
