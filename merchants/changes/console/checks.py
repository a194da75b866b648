"""A reviewer looks at a confirmation that was drawn."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from merchants.changes import selectors, services
from merchants.changes.console.rail import rail
from merchants.changes.errors import OnboardingError
from merchants.changes.fields import SECTIONS
from merchants.changes.models import Verification
from merchants.changes.queueing import CHECKS, check_item_of
from merchants.changes.services.verifying import CHECK
from merchants.changes.views.shop import documents_with_ends, facts_in_words
from merchants.views.common import person
from shopops.adminbase import console_page
from shopops.transitions.handler import SecondPersonNeeded, barred
from shopops.ui.csp import strict_csp
from shopops.work.queues import queues
from shopops.work.services import Refused, claim, next_for


@console_page(CHECK)
@strict_csp
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """What was confirmed, by whom, with which words, beside the facts; right, or look again."""
    mine = get_object_or_404(Verification.objects.select_related("merchant", "campaign__policy_version"), pk=pk)
    user = person(request)
    if request.method == "POST":
        return _decided(request, mine)
    item = check_item_of(mine)
    because = barred(mine, "finish", user) or ("" if item else _("Nothing to check."))
    if item and not because:
        try:
            claim(item=item, user=user)
        except Refused as error:
            because = str(error)
    answers = {each.section: each for each in mine.answers.select_related("change", "by")}
    sections = [
        {
            "title": SECTIONS[code][0],
            "facts": facts_in_words(mine.merchant, SECTIONS[code][1]),
            "answer": answers.get(code),
            "same": code in answers and answers[code].facts in ("", selectors.facts_of(mine.merchant, code)),
        }
        for code in selectors.sections_of(mine.merchant)
    ]
    context = {
        "verification": mine,
        "merchant": mine.merchant,
        "sections": sections,
        "documents": documents_with_ends(mine.merchant, {}),
        "rail": rail(user, CHECKS, mine.pk),
        "because": because,
        "listing": queues.get(CHECKS).url,
    }
    return render(request, "changes/desk/check.html", context)


def _decided(request: HttpRequest, mine: Verification) -> HttpResponse:
    user = person(request)
    decision = request.POST.get("decision", "")
    try:
        if decision == "accept":
            services.accept(verification=mine, actor=user)
            messages.success(request, _("%(name)s: confirmation accepted.") % {"name": mine.merchant})
        elif decision == "send_back":
            services.send_back(verification=mine, actor=user, note=request.POST.get("note", ""))
            messages.success(request, _("%(name)s: asked to look again.") % {"name": mine.merchant})
        else:
            raise Http404
    except (OnboardingError, SecondPersonNeeded) as error:
        messages.error(request, str(error))
        return redirect("change_desk:check", mine.pk)
    if item := next_for(user, CHECKS):
        return redirect("change_desk:check", item.object_id)
    return redirect(queues.get(CHECKS).url)
