"""What merchants and analysts do to a warning: states, records, and two people at once."""

import threading
from unittest import mock

import pytest
from django.db import IntegrityError, connection, transaction

from shopops.audit.models import Entry
from shopops.notifications.models import Delivery, Message
from shopops.transitions.handler import TransitionRefused
from tests.warning_center.factories import HOUR, NOW, check, document, only_warning, ship
from warning_center import services
from warning_center.models import Finding, Warning


def rectifying(shop, owner) -> Warning:
    ship(shop, late=12, of=169)
    check()
    return services.start_rectifying(warning=only_warning(), actor=owner)


def submit(warning, owner, note="", seen=None, at=NOW + HOUR) -> Warning:
    seen = services.newest_finding_id(warning) if seen is None else seen
    return services.submit(warning=warning, actor=owner, note=note, seen=seen, at=at)


def test_acknowledging_is_recorded_and_sends_nothing(shop, owner):
    ship(shop, late=12, of=169)
    check()
    services.acknowledge(warning=only_warning(), actor=owner)
    assert only_warning().state == "acknowledged"
    assert Entry.objects.get(action="warnings.warning.acknowledged").actor == owner
    assert Message.objects.count() == 1


def test_acknowledging_twice_is_refused_and_changes_nothing(shop, owner):
    ship(shop, late=12, of=169)
    check()
    warning = services.acknowledge(warning=only_warning(), actor=owner)
    with pytest.raises(TransitionRefused):
        services.acknowledge(warning=warning, actor=owner)
    assert Entry.objects.filter(action="warnings.warning.acknowledged").count() == 1


def test_a_recheck_that_passes_revokes_the_warning(shop, owner):
    warning = rectifying(shop, owner)
    ship(shop, late=0, of=300)
    assert submit(warning, owner).state == "revoked"
    assert Delivery.objects.filter(message__kind="warnings.revoked", channel="in_app").count() == 1


def test_a_recheck_that_fails_returns_to_rectifying_with_what_was_measured(shop, owner):
    warning = rectifying(shop, owner)
    ship(shop, late=0, of=190)
    assert submit(warning, owner, "We hired two packers.").state == "rectifying"
    measured = Finding.objects.get(outcome="returned")
    assert (measured.numerator, measured.denominator) == (12, 359)
    assert Entry.objects.get(action="warnings.warning.submitted").reason == "We hired two packers."


def test_the_recheck_goes_by_the_rule_the_warning_was_issued_under(shop, owner, policies):
    from shopops.policies.kinds import kinds
    from tests.warning_center.factories import publish
    from tests.warning_center.test_policy import changed

    warning = rectifying(shop, owner)
    publish(changed(clear=0.001))
    ship(shop, late=0, of=300)  # 2.6 %: clear by the old rule, not by the new one
    assert submit(warning, owner).state == "revoked"
    assert kinds.get("warning_rules").code == warning.policy_version.kind


def test_a_recheck_of_a_document_looks_at_the_document(shop, owner):
    licence = document(shop, owner, days=9)
    check()
    warning = services.start_rectifying(warning=only_warning(), actor=owner)
    assert submit(warning, owner).state == "rectifying"
    licence.replaced_at = NOW
    licence.save()
    assert submit(only_warning(), owner).state == "revoked"


def test_the_second_press_of_the_button_is_refused_after_the_recheck(shop, owner):
    warning = rectifying(shop, owner)
    seen = services.newest_finding_id(warning)
    submit(warning, owner, seen=seen)
    with pytest.raises(TransitionRefused):
        submit(warning, owner, seen=seen)
    assert Entry.objects.filter(action="warnings.warning.submitted").count() == 1


def test_a_recheck_that_dies_is_made_up_for_by_the_job(shop, owner):
    warning = rectifying(shop, owner)
    with mock.patch.object(services, "recheck", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        submit(warning, owner)
    assert only_warning().state == "submitted"
    check(NOW + 2 * HOUR)
    assert only_warning().state == "rectifying"
    assert Finding.objects.filter(outcome="returned").count() == 1


def test_a_person_who_revokes_has_to_say_why(shop, make_user):
    ship(shop, late=12, of=169)
    check()
    analyst = make_user("wu", roles=["risk_analyst"])
    with pytest.raises(services.ReasonMissing):
        services.withdraw(warning=only_warning(), actor=analyst, reason="  ", at=NOW)
    services.withdraw(warning=only_warning(), actor=analyst, reason="Carrier strike.", at=NOW)
    warning = only_warning()
    assert (warning.state, warning.closed_by) == ("revoked", analyst)
    message = Message.objects.get(kind="warnings.revoked")
    assert message.context["reason"] == "Carrier strike."


@pytest.mark.parametrize("verb", ["acknowledge", "start_rectifying"])
def test_a_closed_warning_stays_closed(shop, owner, verb, make_user):
    ship(shop, late=12, of=169)
    check()
    services.withdraw(warning=only_warning(), actor=make_user("wu"), reason="Wrong data.", at=NOW)
    with pytest.raises(TransitionRefused):
        getattr(services, verb)(warning=only_warning(), actor=owner)


def test_the_database_refuses_a_second_live_warning_about_the_same(shop):
    ship(shop, late=12, of=169)
    check()
    double = only_warning()
    double.pk, double.number, double.opened_at = None, "W-0", NOW + HOUR
    with pytest.raises(IntegrityError, match="warnings_one_live_per_subject"), transaction.atomic():
        Warning.objects.bulk_create([double])


# Two at once, and a kill: real transactions


def together(*works):
    """Run each in a thread with a connection of its own; return what each returned or raised."""
    results = [None] * len(works)

    def guarded(index, work):
        try:
            results[index] = work()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=guarded, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_who_acknowledge_at_once_one_succeeds(shop, owner):
    ship(shop, late=12, of=169)
    check()
    warning = only_warning()
    results = together(*[lambda: services.acknowledge(warning=warning, actor=owner)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["TransitionRefused", "Warning"]
    assert Entry.objects.filter(action="warnings.warning.acknowledged").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_submit_at_once_one_is_checked(shop, owner):
    warning = rectifying(shop, owner)
    seen = services.newest_finding_id(warning)
    results = together(*[lambda: submit(warning, owner, seen=seen)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["TransitionRefused", "Warning"]
    assert Finding.objects.filter(outcome="returned").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_jobs_at_once_one_runs(shop):
    from shopops.jobs.services import JobIsRunning

    ship(shop, late=12, of=169)
    started, go_on = threading.Event(), threading.Event()
    open_warning = services.open_warning

    def slow(**arguments):
        started.set()
        go_on.wait(30)
        return open_warning(**arguments)

    def second():
        started.wait(30)
        try:
            return check()
        finally:
            go_on.set()

    with mock.patch.object(services, "open_warning", slow):
        first, refused = together(check, second)
    assert first["opened"] == 1
    assert isinstance(refused, JobIsRunning)
    assert Warning.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("killed_in", ["facts", "message", "between"])
def test_a_killed_run_is_made_up_for_without_missing_or_doubling_anything(new_shop, killed_in):
    shops = [new_shop(f"shop-{number}") for number in range(6)]
    for each in shops:
        ship(each, late=12, of=169)
    place = {
        "facts": "warning_center.services.evidence.collect",
        "message": "shopops.notifications.services.notify",
        "between": "warning_center.services.open_warning",
    }[killed_in]
    module, _dot, name = place.rpartition(".")
    target = __import__(module.split(".")[0])
    for part in module.split(".")[1:]:
        target = getattr(target, part)
    original, calls = getattr(target, name), []

    def dies_the_fourth_time(*arguments, **named):
        calls.append(1)
        if len(calls) == 4:
            raise SystemExit  # like a kill: no handler of the job runs
        return original(*arguments, **named)

    with mock.patch(place, dies_the_fourth_time), pytest.raises(SystemExit):
        check()
    assert Warning.objects.count() == 3
    assert check()["opened"] == 3
    assert sorted(Warning.objects.values_list("merchant_id", flat=True)) == sorted(each.pk for each in shops)
    for warning in Warning.objects.all():
        assert warning.findings.get().facts.count() == 12
    for channel in ("in_app", "email"):
        assert Delivery.objects.filter(channel=channel).count() == 6
    assert Entry.objects.filter(action="warnings.warning.opened").count() == 6


@pytest.mark.django_db(transaction=True)
def test_one_shop_that_fails_does_not_keep_the_others_from_being_told(new_shop):
    from warning_center.checking import SomeMerchantsFailed

    shops = [new_shop(f"shop-{number}") for number in range(3)]
    for each in shops:
        ship(each, late=12, of=169)
    original = services.evidence.collect

    def breaks_for_the_first(rule, merchant_id, *rest):
        if merchant_id == shops[0].pk:
            raise ValueError("broken data")
        return original(rule, merchant_id, *rest)

    with (
        mock.patch.object(services.evidence, "collect", breaks_for_the_first),
        pytest.raises(SomeMerchantsFailed, match=str(shops[0].pk)),
    ):
        check()
    assert Warning.objects.count() == 2
    assert check()["opened"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_warning_revoked_by_a_person_during_the_run_is_left_alone(shop, make_user):
    ship(shop, late=12, of=169)
    check()
    ship(shop, late=40, of=40)
    analyst = make_user("wu")
    original = services.escalate

    def too_late(**arguments):
        services.withdraw(warning=only_warning(), actor=analyst, reason="Wrong data.", at=NOW)
        return original(**arguments)

    with mock.patch.object(services, "escalate", too_late):
        result = check(NOW + HOUR)
    assert (result["escalated"], result["opened"]) == (0, 0)
    assert only_warning().intensity == 1
