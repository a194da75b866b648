"""Which of one's shops the portal shows."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from merchants.portal import SESSION_KEY, shops_of
from merchants.views.common import person


@login_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Choose another of one's shops for the portal; 404 for shops that are not one's own."""
    chosen = request.POST.get("shop", "")
    if chosen not in {str(shop.pk) for shop in shops_of(person(request))}:
        raise Http404
    request.session[SESSION_KEY] = int(chosen)
    return redirect("portal:home")
