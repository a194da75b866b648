"""How somebody wants to be told: the page of their preferences, and the link in an e-mail that turns a category off."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages as flash
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from shopops.accounts.models import User
from shopops.notifications import links
from shopops.notifications.kinds import category_label, kinds_by_category, message_kinds
from shopops.notifications.models import Preferences
from shopops.notifications.preferences import choose, owed_kinds, preferences_of, turn_off
from shopops.notifications.selectors import inbox
from shopops.notifications.transports.chat import chat_service
from shopops.portal.inbox import own_page

#: The zones offered; a person's own is always among them.
ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Tokyo", "Asia/Seoul", "Asia/Singapore", "Asia/Bangkok",
    "Asia/Jakarta", "Asia/Kolkata", "Asia/Dubai", "Europe/Istanbul", "Europe/Moscow", "Europe/Berlin", "Europe/Paris",
    "Europe/Madrid", "Europe/London", "Africa/Lagos", "Africa/Johannesburg", "America/Sao_Paulo", "America/New_York",
    "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Mexico_City", "Australia/Sydney",
    "Pacific/Auckland", "UTC",
)  # fmt: skip


class PreferencesForm(forms.Form):
    """Channels by category, quiet hours, digest, chat bot, language and time zone."""

    off = forms.MultipleChoiceField(required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("Of quiet hours, digest and pages.")
    )
    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("E-mail, SMS and chat wait until the end; urgent notices do not."),
    )
    quiet_to = forms.TimeField(
        label=gettext_lazy("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    digest_hour = forms.TypedChoiceField(
        label=gettext_lazy("Daily digest"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("One e-mail a day with the news that can wait. Notices we owe you always come at once."),
    )
    chat_url = forms.CharField(
        label=gettext_lazy("Address of a chat bot"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("A bot of DingTalk, Feishu, WeCom, Slack or others; its address is kept encrypted."),
    )

    def __init__(self, *args: Any, chosen: Preferences, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = dict.fromkeys([chosen.time_zone, settings.TIME_ZONE, *ZONES])
        self._field("time_zone").choices = [(zone, zone.replace("_", " ")) for zone in zones]
        hours = [(str(hour), f"{hour:02d}:00") for hour in range(24)]
        self._field("digest_hour").choices = [("", _("No digest")), *hours]
        self._field("off").choices = [(code, code) for code in sorted(_switches())]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def clean_chat_url(self) -> str:
        url: str = self.cleaned_data["chat_url"].strip()
        if url:
            chat_service(url)
        return url

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        start, end = values.get("quiet_from"), values.get("quiet_to")
        if not self.has_error("quiet_from") and not self.has_error("quiet_to"):
            if (start is None) != (end is None):
                self.add_error("quiet_to" if end is None else "quiet_from", _("Quiet hours need a start and an end."))
            elif start is not None and start == end:
                self.add_error("quiet_to", _("Start and end are the same; choose another end or leave both empty."))
        return values


def _switches() -> set[str]:
    return {f"{category}:{channel}" for category in kinds_by_category() for channel in ("email", "chat")}


@own_page
def preferences(request: HttpRequest, layout: str) -> HttpResponse:
    """Read and change how one is told."""
    user = cast(User, request.user)
    chosen = preferences_of(user)
    if request.method == "POST":
        # The page has a box per switch that is on; what is off is what was not sent.
        posted = request.POST.copy()
        posted.setlist("off", sorted(_switches() - set(request.POST.getlist("on"))))
        form = PreferencesForm(posted, chosen=chosen)
        if form.is_valid():
            _save(user, form.cleaned_data)
            flash.success(request, _("Saved."))
            return redirect("portal:preferences")
        off = set(posted.getlist("off"))
    else:
        form = PreferencesForm(initial=_initial(user, chosen), chosen=chosen)
        off = set(chosen.off)
    context = {
        "layout": layout,
        "form": form,
        "rows": _rows(user, off),
        "has_chat": bool(chosen.chat_url),
        "nav_current": "messages",
    }
    return render(request, "portal/preferences.html", context)


def _initial(user: User, chosen: Preferences) -> dict[str, Any]:
    return {
        "language": user.language or settings.LANGUAGE_CODE,
        "time_zone": chosen.time_zone,
        "quiet_from": chosen.quiet_from,
        "quiet_to": chosen.quiet_to,
        "digest_hour": "" if chosen.digest_hour is None else str(chosen.digest_hour),
        "chat_url": chosen.chat_url,
    }


def _save(user: User, values: dict[str, Any]) -> None:
    start, end = cast("tuple[dt.time | None, dt.time | None]", (values["quiet_from"], values["quiet_to"]))
    choose(
        user=user,
        off=values["off"],
        quiet=(start, end) if start and end else None,
        digest_hour=values["digest_hour"],
        time_zone=values["time_zone"],
        language=values["language"],
        chat_url=values["chat_url"],
    )


def _rows(user: User, off: set[str]) -> list[dict[str, Any]]:
    """A row per category: what is owed, and the switches for the rest.

    Shown are those with a switch and those that the person was ever told of; the form keeps the others as they are.
    """
    heard = set(inbox(user).order_by().values_list("message__kind", flat=True).distinct())
    rows = []
    for category, kinds in kinds_by_category().items():
        free = [kind for kind in kinds if not kind.owed]
        rows.append(
            {
                "code": category,
                "label": category_label(category),
                "is_shown": bool(free) or any(kind.code in heard for kind in kinds),
                "owed": [kind.label for kind in kinds if kind.owed],
                "free": [kind.label for kind in free],
                "email": f"{category}:email" not in off,
                "chat": f"{category}:chat" not in off,
            }
        )
    return rows


@csrf_exempt  # RFC 8058: the mail program posts by itself; the signed address is what allows it
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Turn the e-mails of a category off without signing in: GET shows what it would do, POST does it."""
    try:
        asked = links.read_unsubscribe(token)
        kind = message_kinds.get(asked.kind)
    except (BadSignature, KeyError, ValueError, TypeError) as error:
        raise Http404 from error
    user = get_object_or_404(User, pk=asked.user_id, is_active=True)
    is_done = request.method == "POST" and turn_off(user=user, kind=kind)
    context = {
        "category": category_label(kind.group),
        "kind": kind,
        "owed": owed_kinds(kind.group),
        "is_done": is_done,
        "address": user.email,
    }
    return render(request, "portal/unsubscribe.html", context)
