"""Telling people that something about the safety of their account changed."""

import secrets
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from shopops import network
from shopops.accounts.models import User
from shopops.notifications.models import Delivery
from shopops.notifications.services import notify
from shopops.signin import device


@transaction.atomic
def tell(user: User, what: str, *, request: HttpRequest | None = None, address: str = "") -> None:
    """Tell `user` that `what` (see the message's subject) changed, with device and network of their own `request`.

    `address` is where the e-mail goes instead of the account's address: to the one that was replaced, whose owner would
    otherwise never hear of a takeover.
    """
    by: dict[str, Any] = {}
    if request is not None:
        agent = request.headers.get("User-Agent", "")
        by = {"device": device.describe(agent), "network": network.coarse_network(request)}
    message = notify(
        kind="signin.security_changed",
        key=f"signin.security_changed:{user.pk}:{secrets.token_hex(8)}",
        recipients=[user],
        context={"what": what, "at": timezone.now(), "by_owner": request is not None, **by},
        url=reverse("signin:security"),
        target=user,
    )
    if address:
        Delivery.objects.filter(message=message, channel=Delivery.Channel.EMAIL).update(address=address)
