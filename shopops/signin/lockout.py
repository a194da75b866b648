"""Locking out who guesses: django-axes counts failures per account and network; allauth's rate limits stay on below."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_cache_keys, get_cool_off
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shopops import network

_DEFAULT = dt.timedelta(minutes=15)


def client_network(request: HttpRequest) -> str:
    """AXES_CLIENT_IP_CALLABLE: a guesser with a whole /24 (IPv6: /48) is one guesser."""
    return network.coarse_network(request)


def account(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """AXES_USERNAME_CALLABLE: the e-mail address that is tried, in one spelling."""
    credentials = credentials or {}
    return str(credentials.get("email") or credentials.get("username") or "").strip().lower()


def is_locked(request: HttpRequest, credentials: Mapping[str, Any]) -> bool:
    """Whether this account is locked for this network."""
    return bool(AxesProxyHandler.is_locked(request, dict(credentials)))


def response(
    request: HttpRequest, original: HttpResponse | None = None, credentials: Mapping[str, Any] | None = None
) -> HttpResponse:
    """AXES_LOCKOUT_CALLABLE: the page that says until when. 429 with Retry-After."""
    now = timezone.now()
    until = _until(request, credentials) or now + (get_cool_off(request) or _DEFAULT)
    answer = render(request, "signin/locked.html", {"until": until}, status=429)
    answer["Retry-After"] = str(max(1, round((until - now).total_seconds())))
    return answer


def remember_end(request: HttpRequest, credentials: Mapping[str, Any]) -> None:
    """Keep when a lock that begins now will end: the counter itself does not tell."""
    cool_off = get_cool_off(request) or _DEFAULT
    cache.set(_key(request, credentials), timezone.now() + cool_off, timeout=int(cool_off.total_seconds()))


def release(request: HttpRequest, email: str) -> None:
    """Forget the failures of an account in this network, after its owner has proved the mailbox."""
    credentials = {"email": email}
    AxesProxyHandler.reset_attempts(username=account(request, credentials), ip_address=client_network(request))
    cache.delete(_key(request, credentials))


def _until(request: HttpRequest, credentials: Mapping[str, Any] | None) -> dt.datetime | None:
    until: dt.datetime | None = cache.get(_key(request, credentials or {}))
    return until


def _key(request: HttpRequest, credentials: Mapping[str, Any]) -> str:
    return f"signin-locked-until:{get_client_cache_keys(request, dict(credentials))[0]}"
