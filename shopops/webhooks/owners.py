"""Whose an endpoint is: the platform's people are known here, a merchant's are named by the app that has merchants."""

from collections.abc import Callable
from dataclasses import dataclass

from shopops.accounts.models import User
from shopops.accounts.roles import Role
from shopops.registry import Registry
from shopops.webhooks.models import Endpoint


@dataclass(frozen=True)
class MerchantDirectory:
    """Who looks after a merchant's endpoints, what the merchant is called, where they see them."""

    people: Callable[[int], list[User]]
    name: Callable[[int], str]
    url_of: Callable[[Endpoint], str]
    code: str = "merchants"


directory: Registry[MerchantDirectory] = Registry("merchant directory")


def people_of(endpoint: Endpoint) -> list[User]:
    """Who is told when an endpoint is switched off."""
    if endpoint.merchant_id is not None:
        return [person for each in directory for person in each.people(endpoint.merchant_id)]
    return list(User.objects.filter(is_active=True, is_staff=True, roles__contains=[Role.SUPERVISOR]))


def name_of(endpoint: Endpoint) -> str:
    """The merchant's name; empty for the platform's endpoints."""
    if endpoint.merchant_id is None:
        return ""
    return next((each.name(endpoint.merchant_id) for each in directory), str(endpoint.merchant_id))
