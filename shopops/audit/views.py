"""What anybody may read of the audit log: its daily roots."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shopops.audit import signing
from shopops.audit.models import DailyRoot

#: Days in the answer; a year and a month, so that who keeps a copy once a year misses none.
DAYS = 400


@require_safe
@cache_control(public=True, max_age=300)
def roots(request: HttpRequest) -> JsonResponse:
    """The daily roots and the public key. Whoever keeps a copy can prove that the log was not written anew.

    It names no entry and no person, nor how many there were; `manage.py verify_audit --roots FILE` compares a copy with
    the database.
    """
    latest = DailyRoot.objects.order_by("-day")[:DAYS]
    rows = [{"day": each.day.isoformat(), "hash": each.hash} for each in latest]
    return JsonResponse({"public_key": signing.public_key(), "roots": rows}, json_dumps_params={"indent": 1})
