"""A shop's own details: facts, contacts, documents with their ends, open requests, history."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from merchants import policy as onboarding
from merchants import selectors as merchants
from merchants.changes import policy, selectors, services
from merchants.changes.errors import OnboardingError
from merchants.changes.fields import CODES, DOCUMENT_PREFIX, PERSONAL, SECTIONS, in_words
from merchants.changes.forms import ContactsForm, names_of
from merchants.changes.models import ChangeRequest, ContactChange, Verification
from merchants.models import Application, Document, Merchant
from merchants.portal import PortalRequest, portal_page
from merchants.views.common import named
from shopops.fields import mask
from shopops.signin.holds import Held, standing

#: As many lines of history as the page shows.
HISTORY = 12
TONES = {
    "draft": "neutral",
    "submitted": "info",
    "in_review": "info",
    "needs_info": "caution",
    "resubmitted": "info",
    "approved": "ok",
    "rejected": "danger",
    "withdrawn": "neutral",
}


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page(posts="shop.manage")
def details(request: PortalRequest) -> HttpResponse:
    """The shop as the marketplace knows it, personal data masked; the form changes contacts at once."""
    form = ContactsForm(request.POST if request.method == "POST" else None, merchant=request.merchant)
    if request.method == "POST" and form.is_valid() and _applied(request, form):
        return redirect("merchants:shop")
    context = _context(request, request.merchant, form)
    return render(request, "merchants/shop.html", context, status=422 if form.errors else 200)


def _applied(request: PortalRequest, form: ContactsForm) -> bool:
    """Whether the contacts are stored; what is in the way stands in the form then."""
    try:
        change = services.apply_contacts(merchant=request.merchant, values=form.values, actor=request.user)
    except Held as error:
        form.add_error("contact_phone", error)
    except ValidationError as error:
        form.add_error(None, error)
    except OnboardingError as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, _("Contacts changed.") if change else _("Nothing was changed."))
        return True
    return False


def _context(request: PortalRequest, merchant: Merchant, form: ContactsForm) -> dict[str, Any]:
    manages = request.member.can("shop.manage")
    open_now = selectors.open_fields(merchant.pk) if manages else {}
    application = Application.objects.filter(merchant=merchant).first()
    live = selectors.live_verification(merchant.pk) if manages else None
    return {
        "sections": [_section(code, merchant, open_now) for code in ("shop", "business", "person", "bank")],
        "contacts": facts_in_words(merchant, SECTIONS["contact"][1]),
        "documents": documents_with_ends(merchant, open_now) if request.member.can("documents.view") else [],
        "requests": [row(each) for each in _running(merchant)] if manages else [],
        "history": history(merchant) if manages else [],
        "members": merchant.members.select_related("user").order_by("id"),
        "application": application if application and application.applicant_id == request.user.pk else None,
        "form": form,
        "hold": standing(request.user) if manages else None,
        "verification": live if live and live.state in Verification.WAITING else None,
        "checked": live is not None and live.state == Verification.State.IN_CHECK,
        "today": timezone.localdate(),
        "nav_current": "shop",
    }


def _running(merchant: Merchant) -> list[ChangeRequest]:
    states = [*ChangeRequest.OPEN, ChangeRequest.State.DRAFT]
    return list(selectors.of_shop(merchant.pk).filter(state__in=states))


def facts_in_words(merchant: Merchant, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Name, value (personal ones masked), whether it is an identifier."""
    found = []
    for name in names:
        value = str(getattr(merchant, name) or "")
        shown = mask(value) if name in PERSONAL else in_words(name, value)
        found.append({"label": selectors.item_name(name), "value": shown or "–", "code": name in CODES, "name": name})
    return found


def _section(code: str, merchant: Merchant, open_now: dict[str, ChangeRequest]) -> dict[str, Any]:
    title, names = SECTIONS[code]
    running = {request.pk: request for name, request in open_now.items() if name in names}
    return {
        "code": code,
        "title": title,
        "facts": facts_in_words(merchant, names),
        "can_change": bool(names_of(code)),
        "running": list(running.values()),
    }


def documents_with_ends(merchant: Merchant, open_now: dict[str, ChangeRequest]) -> list[dict[str, Any]]:
    """The documents, those that end first at the top, with the time that is left and the renewal on its way."""
    body = onboarding.active()[1]
    ahead = max(policy.active()[1].expiry.days_ahead, default=30)
    today = timezone.localdate()
    return [
        {
            "document": each,
            **_ends(each, today, ahead),
            "renewal": open_now.get(f"{DOCUMENT_PREFIX}{each.type}"),
            "known": each.type in body.documents,
        }
        for each in named(list(merchants.merchant_documents(merchant.pk)), body)
    ]


def _ends(document: Document, today: dt.date, ahead: int) -> dict[str, Any]:
    if document.expires_on is None:
        return {"tone": "", "days": None}
    days = (document.expires_on - today).days
    return {"tone": "danger" if days <= 7 else "caution" if days <= ahead else "", "days": days}


def row(request: ChangeRequest) -> dict[str, Any]:
    """A request as a line of a list."""
    return {
        "request": request,
        "what": [selectors.item_name(value.field) for value in request.values.all()],
        "tone": TONES[request.state],
        "due": selectors.promised_at(request) if request.state in ChangeRequest.WITH_REVIEW else None,
    }


def history(merchant: Merchant) -> list[dict[str, Any]]:
    """What changed, the newest first: decided requests, changes of contacts, re-verifications."""
    lines: list[dict[str, Any]] = []
    decided = selectors.of_shop(merchant.pk).exclude(decided_at=None).order_by("-decided_at")[:HISTORY]
    for each in decided:
        what = _(", ").join(selectors.item_name(value.field) for value in each.values.all())
        lines.append(
            {
                "at": each.decided_at,
                "text": f"{what}: {each.get_state_display()}",
                "tone": TONES[each.state],
                "url": each.get_absolute_url(),
            }
        )
    for change in ContactChange.objects.filter(merchant=merchant).select_related("by")[:HISTORY]:
        fields = _(", ").join(selectors.item_name(field) for field in change.fields)
        text = _("%(fields)s changed by %(name)s") % {"fields": fields, "name": change.by}
        lines.append({"at": change.at, "text": text, "tone": "info", "url": ""})
    for done in Verification.objects.filter(merchant=merchant, done_at__isnull=False)[:HISTORY]:
        lines.append({"at": done.done_at, "text": _("Details confirmed"), "tone": "ok", "url": ""})
    return sorted(lines, key=lambda line: line["at"], reverse=True)[:HISTORY]
