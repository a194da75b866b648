"""The owner confirms or corrects the shop's file, section by section."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants.changes import policy, selectors, services
from merchants.changes.errors import OnboardingError
from merchants.changes.fields import SECTIONS
from merchants.changes.forms import names_of
from merchants.changes.models import SectionAnswer, Verification
from merchants.changes.views.shop import documents_with_ends, facts_in_words
from merchants.models import Merchant
from merchants.portal import PortalRequest, portal_page

RIGHT = "shop.manage"


@require_safe
@portal_page(needs=RIGHT)
def verification(request: PortalRequest) -> HttpResponse:
    """What the marketplace has on file, each section with its answer."""
    live = selectors.live_verification(request.merchant.pk)
    answers = {each.section: each for each in live.answers.select_related("change", "by")} if live else {}
    sections = [_section(code, request.merchant, answers.get(code)) for code in selectors.sections_of(request.merchant)]
    context = {
        "verification": live,
        "waiting": live is not None and live.state in Verification.WAITING,
        "sections": sections,
        "answered": sum(section["answer"] is not None for section in sections),
        "statement": policy.of(live.campaign.policy_version).reverification.statement if live else "",
        "nav_current": "shop",
    }
    return render(request, "changes/verification.html", context)


def _section(code: str, merchant: Merchant, answer: SectionAnswer | None) -> dict[str, Any]:
    title, names = SECTIONS[code]
    return {
        "code": code,
        "title": title,
        "facts": facts_in_words(merchant, names),
        "documents": documents_with_ends(merchant, selectors.open_fields(merchant.pk)) if code == "documents" else [],
        "answer": answer,
        "seen": selectors.facts_of(merchant, code),
        "can_change": code in ("contact", "documents") or bool(names_of(code)),
    }


@require_POST
@portal_page(needs=RIGHT)
def confirm(request: PortalRequest, section: str) -> HttpResponse:
    """One section is true as it was shown."""
    live = selectors.live_verification(request.merchant.pk)
    if live is None or section not in SECTIONS:
        raise Http404
    try:
        done = services.confirm(
            verification=live, section=section, facts=request.POST.get("seen", ""), actor=request.user
        )
        if done.state in Verification.WAITING:
            messages.success(request, _("%(section)s: confirmed.") % {"section": SECTIONS[section][0]})
        else:
            messages.success(request, _("Everything is answered. Thank you."))
    except ValueError as error:
        raise Http404 from error
    except OnboardingError as error:
        messages.error(request, str(error))
    return redirect("changes:verification")
