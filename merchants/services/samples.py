"""Judging sample goods."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants.errors import DecidedAlready, OnboardingError
from merchants.models import Application, Document, SampleVerdict
from merchants.services.checking import changed
from shopops import uploads
from shopops.accounts.models import User
from shopops.audit import services as audit

#: The type of document that a report uploaded by a reviewer gets; the onboarding policy names it.
REPORT = "sample_report"
_KEPT = ("items", "standard", "laboratory", "outcome", "note")


def judge_sample(
    *,
    application: Application,
    actor: User,
    outcome: str,
    items: str,
    standard: str = "",
    laboratory: str = "",
    note: str = "",
    report: Document | None = None,
    file: UploadedFile | None = None,
) -> SampleVerdict:
    """Keep what a reviewer found when looking at sample goods, and have the checks run again.

    `report` is one of the application's documents, or `file` a new one. Judging the same submission again replaces the
    verdict; both are in the audit log. Raises OnboardingError for one's own application, DecidedAlready when there is
    nothing to decide any more, ValidationError for a file that is no JPG, PNG or PDF up to 10 MB.
    """
    inspected = uploads.inspect(file) if file else None
    with uploads.deleted_on_error() as new, transaction.atomic():
        locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        _refuse(locked, actor)
        if file and inspected:
            report = locked.documents.current().filter(type=REPORT, sha256=inspected.sha256).first()
            if report is None:
                report = _store(locked, file, inspected, actor, new)
        now = timezone.now()
        before = SampleVerdict.objects.filter(application=locked, submission=locked.submissions).first()
        verdict, _made = SampleVerdict.objects.update_or_create(
            application=locked,
            submission=locked.submissions,
            defaults={
                "items": items,
                "standard": standard,
                "laboratory": laboratory,
                "outcome": outcome,
                "note": note,
                "report": report,
                "judged_by": actor,
                "judged_at": now,
            },
        )
        audit.record(
            action="merchants.sample.judged",
            target=locked,
            actor=actor,
            before=_said(before),
            after=_said(verdict),
            reason=note,
        )
        changed(locked.pk)
        return verdict


def _refuse(application: Application, actor: User) -> None:
    if application.applicant_id == actor.pk:
        raise OnboardingError(_("This is your own application. Somebody else has to judge its samples."))
    if application.state not in Application.WITH_REVIEW:
        raise DecidedAlready(
            _("%(number)s is not in review any more: %(state)s.")
            % {"number": application.number, "state": application.get_state_display()}
        )


def _said(verdict: SampleVerdict | None) -> dict[str, str] | None:
    return {name: str(getattr(verdict, name)) for name in _KEPT} if verdict else None


def _store(
    application: Application, file: UploadedFile, inspected: uploads.Inspected, actor: User, new: list[FieldFile]
) -> Document:
    document = Document(
        application=application,
        type=REPORT,
        uploaded_by=actor,
        **uploads.described(file, inspected),
    )
    new.append(document.file)
    document.file.save(f"document{inspected.ending}", file, save=False)
    document.save()
    return document
