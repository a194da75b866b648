"""The warning about a document follows its days, and ends with the approved renewal."""

import datetime as dt

import pytest
from django.utils import timezone

from merchants.changes import services
from merchants.models import Document
from tests.changes.factories import approve, licence
from tests.changes.test_expiry import Quiet, noon
from warning_center.checking import check_risks
from warning_center.models import Warning

pytestmark = pytest.mark.django_db


def test_intensity_follows_30_15_7_and_the_end(shop):
    Document.objects.update(expires_on=timezone.localdate() + dt.timedelta(days=31))
    seen = []
    for day in range(36):
        check_risks(noon(day), Quiet())
        warning = Warning.objects.filter(rule="expiring_document").first()
        seen.append((warning.intensity, warning.state) if warning else None)
    assert seen[0] is None
    assert [seen[day][0] for day in (1, 15, 16, 23, 24, 31)] == [1, 1, 2, 2, 3, 3]
    assert Warning.objects.count() == 1


def test_an_approved_renewal_revokes_the_warning_at_once(shop, owner, reviewer):
    old = Document.objects.get()
    Document.objects.update(expires_on=timezone.localdate() + dt.timedelta(days=10))
    check_risks(timezone.now(), Quiet())
    assert Warning.objects.get().state in Warning.LIVE
    request = services.renew_document(merchant=shop, paper=licence(shop), actor=owner, replaces=old)
    assert Warning.objects.get().state in Warning.LIVE
    approve(request, reviewer)
    assert Warning.objects.get().state == Warning.State.REVOKED
    check_risks(timezone.now(), Quiet())
    assert Warning.objects.count() == 1
