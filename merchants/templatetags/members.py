"""Words about the people of a shop, for messages."""

from django import template

from merchants.portal_roles import DESCRIPTIONS, PortalRole

register = template.Library()


@register.simple_tag
def portal_role(role: str) -> str:
    """A role in the reader's language."""
    return str(PortalRole(role).label)


@register.simple_tag
def portal_role_says(role: str) -> str:
    """What a role may do, in one sentence."""
    return str(DESCRIPTIONS[role])
