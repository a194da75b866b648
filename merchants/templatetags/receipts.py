"""{% receipt_link object %}: the receipt of the latest decision about an object."""

from typing import Any

from django import template

from merchants.selectors import decisions_told
from shopops.audit.selectors import history

register = template.Library()


@register.inclusion_tag("merchants/receipt_link.html")
def receipt_link(obj: Any) -> dict[str, Any]:
    """Return what the part shows: the latest change of state that merchants are told of; None for none."""
    return {"entry": decisions_told(history(obj)).last()}
