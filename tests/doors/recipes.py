"""What A has of onboarding, changes, exits, imports: one of each, marked. See world.py."""

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone

from merchants.models import AgreementSigning, Application, Decision, InfoRequest, ReviewBatch
from merchants.services.queueing import QUEUE
from shopops.accounts.models import User
from shopops.policies.models import PolicyVersion
from shopops.work.models import WorkItem
from shopops.work.queues import queues
from tests.doors.world import Mark, World, owner
from tests.merchants.factories import png

#: A right that no member has: what the mark is on is the marketplace's own matter, and not even the owner reads it.
NOBODY = "nobody"


def _operator(world: World, role: str) -> User:
    user = world.principals[f"operator: {role}"].user
    assert user is not None
    return user


def _in_force(kind: str) -> PolicyVersion:
    return PolicyVersion.objects.filter(kind=kind, state=PolicyVersion.State.ACTIVE).order_by("pk")[0]


def review(world: World) -> None:
    """Corrections asked for with a note among reviewers, and a batch of approvals."""
    decision = Decision.objects.create(
        application=Application.objects.get(number="QMAPP"), submission=1, kind=Decision.Kind.NEEDS_INFO,
        by=_operator(world, "reviewer"), reasons=["scope"], internal_note="QMinternalnote",
        policy_version=_in_force("onboarding"),
    )  # fmt: skip
    world.objects[Decision] = decision
    world.objects[InfoRequest] = InfoRequest.objects.create(
        application=decision.application, decision=decision, item="field.scope", reason="scope", note="QMasked"
    )
    world.objects[ReviewBatch] = ReviewBatch.objects.create(
        number="QMbatch", created_by=_operator(world, "reviewer"), note="QMbatchnote"
    )
    world.known["second read"] = WorkItem.objects.create(
        queue=queues.get(QUEUE).second_code, object_id=decision.application_id, label="QMAPP", due_at=timezone.now(),
        content_type=ContentType.objects.get_for_model(Application),
    ).pk  # fmt: skip
    review = frozenset({"merchants.review_application"})
    world.marks += [Mark(text, NOBODY, review) for text in ("QMinternalnote", "QMbatch", "QMbatchnote")]
    world.marks.append(Mark("QMasked", None, review | {"screening.give_opinion"}))


def agreements(world: World) -> None:
    """The agreement in force, signed for the application."""
    version = _in_force("agreement")
    world.known["agreement"] = version.pk
    world.objects[AgreementSigning] = AgreementSigning.objects.create(
        version=version,
        application=Application.objects.get(number="QMAPP"),
        signed_by=owner(world),
        language="en",
        text_hash="0" * 64,
    )


def changes(world: World) -> None:
    """A request to change the shop's name and its legal person, with its proof."""
    from merchants.changes.models import ChangedValue, ChangeRequest, Proof

    change = ChangeRequest.objects.create(
        number="QMCHANGE", merchant=world.shop, state=ChangeRequest.State.SUBMITTED, reason="QMchangereason",
        requested_by=owner(world), submitted_at=timezone.now(), submissions=1, promised_days=3,
        policy_version=_in_force("merchant_changes"),
    )  # fmt: skip
    for field, value in (("shop_name", "QMnewname"), ("legal_person", "QMnewperson")):
        ChangedValue.objects.create(request=change, merchant=world.shop, field=field, after=value, is_open=True)
    proof = Proof(
        request=change, type="business_licence", original_name="QMproof.png", content_type="image/png", size=1,
        sha256="0" * 64, number="QMproofnumber", uploaded_by=owner(world),
    )  # fmt: skip
    proof.file.save("proof.png", ContentFile(png() + b"QMproofbytes"), save=False)
    proof.save()
    world.objects |= {ChangeRequest: change, Proof: proof}
    seen = frozenset({"changes.view_changerequest", "changes.decide_changerequest"})
    world.marks += [
        Mark(text, "shop.manage", seen)
        for text in ("QMCHANGE", "QMchangereason", "QMnewname", "QMproof.png", "QMproofnumber")
    ]
    world.marks.append(Mark("QMnewperson", None, frozenset({"merchants.unmask_personal_data"})))
    files = frozenset({"changes.decide_changerequest", "merchants.view_document"})
    world.marks.append(Mark("QMproofbytes", "shop.manage", files))


def verification(world: World) -> None:
    """A's re-verification, sent back with a note."""
    from merchants.changes.models import Campaign, Verification

    campaign = Campaign.objects.create(
        month=timezone.localdate().replace(day=1), policy_version=_in_force("merchant_changes")
    )
    world.objects |= {
        Campaign: campaign,
        Verification: Verification.objects.create(
            campaign=campaign, merchant=world.shop, due_on=timezone.localdate() + dt.timedelta(days=9),
            told_at=timezone.now(), note="QMlookagain",
        ),
    }  # fmt: skip
    world.marks.append(Mark("QMlookagain", "shop.manage", frozenset({"changes.view_verification"})))


def exits(world: World) -> None:
    """A's own exit in settlement, its records, and a termination that was proposed once and never told to the shop."""
    from merchants.exits.models import Exit, RecordExport, SettlementStep, State

    now = timezone.now()
    common: dict[str, Any] = {"merchant": world.shop, "policy_version": _in_force("exit")}
    Exit.objects.create(
        kind="platform", state=State.REFUSED, requested_by=_operator(world, "risk_analyst"), facts="QMproposalfacts",
        clause="QMproposalclause", ended_at=now, outcome="QMproposaldropped", **common,
    )  # fmt: skip
    leaving = Exit.objects.create(
        kind="voluntary", state=State.SETTLING, requested_by=owner(world), told_at=now, note="QMexitnote",
        contact="QMexitcontact", notice_from=now - dt.timedelta(days=30), notice_until=now, settling_at=now, **common,
    )  # fmt: skip
    step = SettlementStep.objects.create(
        exit=leaving, code="fees", position=1, name={"en": "QMstep", "zh": "QMstep"}, flow="to_platform"
    )
    export = RecordExport(
        merchant=world.shop, asked_by=owner(world), made_at=now, expires_at=now + dt.timedelta(days=9),
        sha256="0" * 64, size=1,
    )  # fmt: skip
    export.file.save("records.zip", ContentFile(b"QMrecordbytes"), save=False)
    export.save()
    world.objects |= {Exit: leaving, SettlementStep: step, RecordExport: export}
    seen = frozenset({"exits.view_exit"})
    world.marks += [Mark(text, "exit.view", seen) for text in ("QMexitnote", "QMexitcontact", "QMstep")]
    world.marks += [Mark(text, NOBODY, seen) for text in ("QMproposalfacts", "QMproposalclause", "QMproposaldropped")]
    world.marks.append(Mark("QMrecordbytes", "records.export", frozenset({"exits.view_recordexport"})))


def imports(world: World) -> None:
    """A file of leads that was brought in, with a row that did not land."""
    from shopops.exchange.models import Import, Reject

    file = Import(
        what="leads", original_name="QMimport.csv", format="csv", size=1, sha256="0" * 64, total=1,
        by=_operator(world, "supervisor"), checked_at=timezone.now(), confirmed_at=timezone.now(),
        confirmed_by=_operator(world, "supervisor"),
    )  # fmt: skip
    file.file.save("leads.csv", ContentFile(b"QMimportbytes"), save=False)
    file.save()
    Reject.objects.create(of=file, row=2, cells='{"shop_name": "QMreject"}', errors={"lead": ["?"]})
    world.objects[Import] = file
    world.marks += [
        Mark(text, NOBODY, frozenset({"leads.import_lead"})) for text in ("QMimport.csv", "QMimportbytes", "QMreject")
    ]


def platform(world: World) -> None:
    """A key of the platform, and a maintenance window that was announced."""
    from maintenance.models import Window
    from shopops.api.services import create_key

    key, _token = create_key(name="platform", scopes=["merchants:read"], actor=_operator(world, "supervisor"))
    world.known["platform key"] = key.pk
    Window.objects.update(
        state=Window.State.ANNOUNCED, announced_at=timezone.now(), policy_version=_in_force("maintenance_notice")
    )


def contacts(world: World) -> None:
    """A record of contact with a file: every operator reads them, the shop none."""
    from merchants.file.models import Visit, VisitFile

    visit = Visit.objects.create(
        merchant=world.shop, by=_operator(world, "reviewer"), purpose="QMpurpose", result="QMresult"
    )
    file = VisitFile(visit=visit, original_name="QMminutes.png", content_type="image/png", size=1, sha256="0" * 64)
    file.file.save("minutes.png", ContentFile(png() + b"QMvisitbytes"), save=False)
    file.save()
    world.objects |= {Visit: visit, VisitFile: file}
    seen = frozenset({"merchant_file.view_visit"})
    world.marks += [Mark(text, NOBODY, seen) for text in ("QMpurpose", "QMresult", "QMminutes.png", "QMvisitbytes")]


RECIPES = (review, agreements, changes, verification, exits, imports, platform, contacts)
