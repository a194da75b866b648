"""A request field by field, before and after side by side, what differs marked."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from merchants.changes import selectors
from merchants.changes.fields import CODES, DOCUMENT_PREFIX, PERSONAL, in_words
from merchants.changes.models import ChangeRequest
from merchants.comparison import marked
from merchants.models import Merchant
from shopops.fields import mask


@dataclass(frozen=True)
class Line:
    """One field. `was` is set when the shop's value changed since the request was handed in: what it was then.

    `personal` names the field that "Show" unmasks; `related` are the dates of documents for a renewal.
    """

    field: str
    label: str
    before: str | SafeString
    after: str | SafeString
    was: str = ""
    code: bool = False
    personal: bool = False


def lines(request: ChangeRequest, merchant: Merchant | None = None, shown: str = "") -> list[Line]:
    """The fields of a request, without renewals, which are shown by their documents.

    `merchant` gives the present values; without it the kept ones of before are shown (for a decided request). `shown`
    is the one personal field that is not masked this time.
    """
    found = []
    for value in request.values.all():
        if value.field.startswith(DOCUMENT_PREFIX):
            continue
        kept, after = value.before or "", value.after or ""
        now = selectors.current_value(merchant, value.field) if merchant else kept
        is_open = value.field in PERSONAL and value.field != shown
        was = "" if now == kept else _shown(value.field, kept, is_open) or "–"
        before, following = _pair(value.field, now, after, is_open)
        found.append(
            Line(
                value.field,
                selectors.item_name(value.field),
                before,
                following,
                was,
                code=value.field in CODES,
                personal=value.field in PERSONAL,
            )
        )
    return found


def _pair(field: str, before: str, after: str, is_masked: bool) -> tuple[str | SafeString, str | SafeString]:
    """Both values, the stretch that differs marked; masked ones are not marked: it would tell what is hidden."""
    old, new = _shown(field, before, is_masked), _shown(field, after, is_masked)
    if is_masked or not before or not after or field in ("shop_type", "category"):
        return old or "–", new or "–"
    return marked(old, new), marked(new, old)


def _shown(field: str, value: str, is_masked: bool) -> str:
    return mask(value) if is_masked else in_words(field, value)
