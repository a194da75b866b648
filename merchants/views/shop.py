"""A merchant's own details, and which shop the portal shows."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from merchants import policy, selectors
from merchants.models import Application
from merchants.portal import SESSION_KEY, PortalRequest, portal_page, shops_of
from merchants.views.common import named, person
from shopops.fields import mask


@require_safe
@portal_page
def details(request: PortalRequest) -> HttpResponse:
    """The shop as the marketplace knows it, personal data masked, documents with their expiry."""
    merchant = request.merchant
    application = Application.objects.filter(merchant=merchant).select_related("policy_version").first()
    body = policy.of(application.policy_version if application else None)
    context = {
        "documents": named(list(selectors.merchant_documents(merchant.pk)), body)
        if request.member.can("documents.view")
        else [],
        "members": merchant.members.select_related("user").order_by("id"),
        "application": application if application and application.applicant_id == request.user.pk else None,
        "contact": mask(merchant.contact_name or ""),
        "phone": mask(merchant.contact_phone or ""),
        "legal_person": mask(merchant.legal_person or ""),
        "today": timezone.localdate(),
        "nav_current": "shop",
    }
    return render(request, "merchants/shop.html", context)


@login_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Choose another of one's shops for the portal; 404 for shops that are not one's own."""
    chosen = request.POST.get("shop", "")
    if chosen not in {str(shop.pk) for shop in shops_of(person(request))}:
        raise Http404
    request.session[SESSION_KEY] = int(chosen)
    return redirect("portal:home")
