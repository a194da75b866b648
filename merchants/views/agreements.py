"""Agreements: reading any version, signing before an application is submitted, and for a shop that is open."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from merchants import agreements
from merchants.agreements import AgreementVersion
from merchants.errors import OnboardingError
from merchants.models import Application
from merchants.portal import PortalRequest, portal_page
from merchants.views.common import EDITABLE, draft_steps, own, person, tell
from shopops.network import coarse_network


@require_safe
def texts(request: HttpRequest) -> HttpResponse:
    """The agreements in force and those to come. Open to everybody: nobody has to apply to read them."""
    return render(
        request, "merchants/agreements.html", {"in_force": agreements.in_force(), "upcoming": agreements.upcoming()}
    )


def _published(pk: int) -> AgreementVersion:
    found = agreements.published(pk)
    if found is None:
        raise Http404
    return found


@require_safe
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """One version, in force or not, with its date, its hash and the versions before and after."""
    found = _published(pk)
    language = get_language() or "en"
    context = {
        "agreement": found,
        "hash": found.text_hash(language),
        "others": [each for each in agreements.history(found.key) if each.pk != found.pk],
    }
    return render(request, "merchants/agreement.html", context)


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as it is signed, in the language in use, as a file whose SHA-256 is the one that signings keep."""
    found = _published(pk)
    language = get_language() or "en"
    name = f"{found.key}-v{found.version.number}-{language}.txt"
    # Bytes, so that line ends and encoding are those that were hashed.
    response = HttpResponse(found.text(language).encode(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """The step before submitting: read what is asked for and agree to each. What is signed already stays signed."""
    application = own(request, number)
    if application.state not in EDITABLE:
        return redirect("merchants:application", number)
    owed = agreements.owed(application=application)
    unticked: list[AgreementVersion] = []
    if request.method == "POST":
        ticked = set(request.POST.getlist("agree"))
        unticked = [each for each in owed if str(each.pk) not in ticked]
        _sign(request, [each for each in owed if str(each.pk) in ticked], application=application)
        if not unticked:
            return redirect("merchants:submit" if application.state == "draft" else "merchants:application", number)
        owed = unticked
    context = {
        "application": application,
        "owed": owed,
        "unticked": unticked,
        "signings": _shown(application.signings.select_related("version").order_by("id")),
        "steps": draft_steps("agreements", application),
    }
    return render(request, "merchants/sign.html", context)


def _sign(request: HttpRequest, versions: list[AgreementVersion], **shop: Any) -> int:
    """Sign one after the other; returns how many, tells what was refused."""
    count = 0
    for version in versions:
        try:
            agreements.sign(
                version=version,
                actor=person(request),
                language=get_language() or "en",
                network=coarse_network(request),
                **shop,
            )
            count += 1
        except OnboardingError as error:
            tell(request, error)
    return count


def _shown(signings: Any) -> list[tuple[Any, AgreementVersion]]:
    return [(each, agreements.version_of(each.version)) for each in signings]


@require_http_methods(["GET", "POST"])
@portal_page(posts="agreements.sign")
def shop(request: PortalRequest) -> HttpResponse:
    """What the shop has signed, what it still has to sign and until when, and what is coming."""
    merchant = request.merchant
    owed = agreements.owed(merchant=merchant)
    if request.method == "POST":
        ticked = set(request.POST.getlist("agree"))
        count = _sign(request, [each for each in owed if str(each.pk) in ticked], merchant=merchant)
        if count:
            said = ngettext("%(count)d agreement signed.", "%(count)d agreements signed.", count)
            messages.success(request, said % {"count": count})
        elif owed:
            messages.error(request, _("Nothing was signed: tick the agreement that you agree to, then sign."))
        return redirect("merchants:shop_agreements")
    context = {
        "owed": [(each, agreements.due(each)) for each in owed],
        "may_sign": request.member.can("agreements.sign"),
        "signings": _shown(agreements.signings_of(merchant)),
        "upcoming": [each for each in agreements.upcoming() if each.binds(merchant.shop_type)],
        "application": Application.objects.filter(merchant=merchant, applicant=request.user).first(),
        "nav_current": "agreements",
    }
    return render(request, "merchants/shop_agreements.html", context)
