"""What applicants read in their mailbox."""

from django.apps import apps

from merchants import services
from shopops.notifications.delivery import deliver_queued
from shopops.notifications.kinds import message_kinds
from tests.merchants.factories import submitted


def _plain(mail):
    return mail.get_body(("plain",)).get_content()


def test_the_applicant_is_mailed_at_every_step_with_links_that_lead_somewhere(
    applicant, reviewer, sink, client, settings
):
    application = submitted(applicant)
    asked = services.ask_for_corrections(
        application=application, actor=reviewer, reason_codes=["scope", "other"], note="Tea & <spices>?"
    )
    for ask in asked.info_requests.all():
        services.answer(request=ask, value="户外用品销售", text="yes")
    again = services.submit(application=asked, actor=applicant)
    services.approve(application=again, actor=reviewer)
    deliver_queued()

    mails = sink.to(applicant.email)
    assert [mail["Subject"].strip().split(":")[0] for mail in mails] == [
        "Application received",
        "Corrections needed",
        "Corrections received",
        "Approved",
    ]
    received, corrections, _again, approved = [_plain(mail) for mail in mails]
    assert "You will have an answer by" in received
    assert "Scope does not cover the category" in corrections
    assert "Tea & <spices>?" in corrections
    assert f"{settings.SITE_URL}/apply/{application.number}/" in corrections
    assert f"{settings.SITE_URL}/portal/" in approved
    client.force_login(applicant)
    assert client.get(f"/apply/{application.number}/").status_code == 200
    assert client.get("/portal/").status_code == 200


def test_every_notice_of_this_app_has_a_registered_kind():
    models = apps.get_app_config("merchants").get_models()
    effects = [effect for model in models for effect in getattr(model, "EFFECTS", {}).values()]
    sent = {effect.notice.kind for effect in effects if effect.notice}
    assert {kind.code for kind in message_kinds if kind.code.startswith("merchants.")} == sent
