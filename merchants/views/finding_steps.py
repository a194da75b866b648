"""What a reviewer can do about findings: judge sample goods, have the registers asked again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from merchants import policy, review_queue, selectors
from merchants.errors import OnboardingError
from merchants.models import Application, Document, SampleVerdict
from merchants.registers import services as registers
from merchants.services.samples import judge_sample
from merchants.views.common import named, person
from merchants.views.review import reviewers_only
from shopops import uploads
from shopops.audit import services as audit


class SampleForm(forms.Form):
    """What was sampled, by what it was judged, and the verdict."""

    items = forms.CharField(
        label=gettext_lazy("Samples"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Which goods, how many, from which batch. One a line."),
    )
    standard = forms.CharField(
        label=gettext_lazy("Standard"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("What they are judged by, such as GB 16740-2014."),
    )
    laboratory = forms.CharField(
        label=gettext_lazy("Laboratory"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Leave empty when you looked at them yourself."),
    )
    report = forms.ModelChoiceField(
        label=gettext_lazy("Report among the documents"),
        queryset=Document.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a new report"),
        required=False,
        help_text=gettext_lazy("JPG, PNG or PDF, at most 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf,image/jpeg,image/png,application/pdf"}),
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Verdict"), choices=SampleVerdict.Outcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed when they did not pass: what was found."),
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        documents = application.documents.current()
        body = policy.of(application.policy_version)
        names = {each.pk: f"{body.document_name(each.type)} · {each.original_name}" for each in documents}
        report: Any = self.fields["report"]
        report.queryset = documents
        report.label_from_instance = lambda document: names.get(document.pk, str(document))

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if file:
            uploads.inspect(file)
        return file

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("outcome") == SampleVerdict.Outcome.FAILED and not (values.get("note") or "").strip():
            self.add_error("note", _("Write what was found."))
        return values


@reviewers_only()
@require_http_methods(["GET", "HEAD", "POST"])
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for sample goods; back to the case when it is kept."""
    application = get_object_or_404(Application.objects.exclude(submissions=0), pk=pk)
    known = selectors.sample_verdict(application)
    kept = ("items", "standard", "laboratory", "report", "outcome", "note")
    form = SampleForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        application=application,
        initial={name: getattr(known, name) for name in kept} if known else {},
    )
    if request.method == "POST" and form.is_valid():
        try:
            judge_sample(application=application, actor=person(request), **form.cleaned_data)
        except OnboardingError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(number)s: verdict on the samples kept.") % {"number": application.number})
        return redirect("review:case", pk)
    context = {
        "application": application,
        "form": form,
        "known": known,
        "documents": named(list(application.documents.current()), policy.of(application.policy_version)),
        "may_judge": application.state in Application.WITH_REVIEW,
        "rail": review_queue.rail(person(request), pk),
    }
    return render(request, "merchants/review/sample.html", context, status=422 if form.errors else 200)


@reviewers_only()
@require_POST
def ask_registers(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the public registers asked again, for a case that is still to be decided."""
    application = get_object_or_404(Application.objects.exclude(submissions=0), pk=pk)
    if application.state in Application.WITH_REVIEW and registers.connected():
        registers.owe(application.uscc, again=True)
        audit.record(action="merchants.registers.asked", target=application, actor=person(request))
        messages.success(request, _("The registers are being asked. The checks run again when they answer."))
    return redirect("review:case", pk)
