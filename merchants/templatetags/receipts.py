"""{% receipt_link object %}: the receipt of the latest decision about an object."""

from typing import Any

from django import template

from shopops.audit.selectors import history

register = template.Library()


@register.inclusion_tag("merchants/receipt_link.html")
def receipt_link(obj: Any) -> dict[str, Any]:
    """Return what the part shows: the latest entry that changed the object's state; None for none."""
    return {"entry": history(obj).filter(after__has_key="state").last()}
