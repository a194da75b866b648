"""Pages that write: new drafts, the editor made from the type, the import, and the buttons of a version."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from shopops.policies import selectors
from shopops.policies.bodies import InvalidPolicy
from shopops.policies.bodies import parse as parse_file
from shopops.policies.console.access import editor, kind_or_404, reader, version_or_404
from shopops.policies.console.actions import BY_CODE, Action, is_open
from shopops.policies.console.forms import ImportForm
from shopops.policies.console.pages import compared, page, version_context
from shopops.policies.forms.bound import bound, mistakes
from shopops.policies.forms.parsing import Errors, parse
from shopops.policies.forms.raw import change_rows, raw_of, read
from shopops.policies.models import PolicyVersion, State
from shopops.policies.naming import policy_name
from shopops.policies.nodes import node_of
from shopops.policies.notice import TooEarly
from shopops.policies.services import DraftChanged, create_draft, save_draft
from shopops.transitions.handler import TransitionRefused

#: Errors that are listed above the form; each stands beside its input, too.
MOST_LISTED = 20


def new_draft(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Start a draft from the version in force and open it in the editor; POST only."""
    kind = kind_or_404(code)
    user = editor(request, kind)
    if request.method != "POST":
        return redirect("admin:policies_kind", code, key)
    if selectors.active_version(code, key) is None:
        raise Http404
    version = create_draft(kind=kind, key=key, author=user)
    return redirect("admin:policies_edit", version.pk)


def edit(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """The form of a draft. Buttons add, remove and move rows without saving; nothing typed is lost by an error."""
    version = version_or_404(pk)
    kind = kind_or_404(version.kind)
    user = editor(request, kind)
    if version.state != State.DRAFT:
        messages.warning(request, _("This version is fixed. Take it back to draft to change it."))
        return _to(version)
    node, conflict = node_of(kind.type), None
    errors: Errors = {}
    token = request.POST.get("token", version.content_hash)
    if request.method != "POST":
        raw = raw_of(node, version.body)
    else:
        raw = read(node, request.POST)
        operation = request.POST.get("op", "")
        if operation:
            change_rows(node, raw, operation)
        else:
            body, errors = parse(kind, raw)
            if not errors:
                try:
                    saved = save_draft(version=version, body=body, token=token, actor=user)
                except DraftChanged as changed:
                    conflict, token = changed, changed.version.content_hash
                except TransitionRefused as error:
                    messages.warning(request, str(error))
                    return _to(version)
                else:
                    messages.success(request, _("Draft saved."))
                    return redirect("admin:policies_edit", saved.pk) if "stay" in request.POST else _to(saved)
    inputs = bound(node, raw, errors)
    context = {
        **version_context(version),
        "kind": kind,
        "inputs": inputs,
        "errors": mistakes(inputs, errors)[:MOST_LISTED],
        "error_count": len(errors),
        "conflict": conflict,
        "token": token,
    }
    return page(request, site, "edit", context, status=409 if conflict else 422 if errors else 200)


def import_file(request: HttpRequest, code: str, key: str, site: AdminSite) -> HttpResponse:
    """Make a draft of a file; what does not fit is said with its field."""
    kind = kind_or_404(code)
    user = editor(request, kind)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            body = parse_file(form.cleaned_data["text"])
            version = create_draft(kind=kind, key=key, author=user, body=body, note=form.cleaned_data["note"])
        except InvalidPolicy as error:
            form.add_error("file" if request.FILES else "text", error.on_page)
        else:
            messages.success(request, _("Imported as a draft. Compare it, then submit it."))
            return _to(version)
    name = policy_name(PolicyVersion(kind=code, key=key))
    context = {
        "title": _("%(name)s: import a version") % {"name": name},
        "name": name,
        "form": form,
        "back": reverse("admin:policies_kind", args=[code, key]),
    }
    return page(request, site, "import", context, status=422 if form.errors else 200)


def act(request: HttpRequest, pk: int, code: str, site: AdminSite) -> HttpResponse:
    """Ask what a button needs, with the changes in view, then do it. Refusals name the field and the remedy."""
    user, version = reader(request), version_or_404(pk)
    action = BY_CODE.get(code)
    if action is None:
        raise Http404
    kind_or_404(version.kind)
    if not is_open(action, version, user):
        if version.state in action.states:
            raise PermissionDenied
        messages.warning(
            request,
            _("Not possible while the version is “%(state)s”: somebody was faster, or the page was old.")
            % {"state": version.get_state_display()},
        )
        return _to(version)
    form = action.form(request.POST if request.method == "POST" else None, version=version)
    if request.method == "POST" and form.is_valid():
        done = _do(request, action, version, form)
        if done is not None:
            return done
    other = (
        selectors.before(version)
        if version.state != State.RETIRED
        else selectors.active_version(version.kind, version.key)
    )
    rejecting = BY_CODE["reject"] if action.code == "approve" else None
    context = {
        **version_context(version),
        "action": action,
        "form": form,
        "other": other,
        "changes": compared(version, other) if other else None,
        "rejecting": rejecting,
        "reject_form": rejecting.form(version=version, auto_id="reject_%s") if rejecting else None,
        "back": reverse("admin:policies_policyversion_change", args=[version.pk]),
    }
    return page(request, site, "act", context, status=422 if form.errors else 200)


def _do(request: HttpRequest, action: Action, version: PolicyVersion, form: Any) -> HttpResponse | None:
    """Do it; None when the form has to be shown again with what was wrong."""
    try:
        changed = action.do(version=version, actor=request.user, **form.cleaned_data)
    except TooEarly as error:
        form.add_error("effective_from", str(error))
    except InvalidPolicy as error:
        form.add_error(None, error.on_page)
    except ValidationError as error:
        for name, found in error.message_dict.items():
            form.add_error(name if name in form.fields else None, found)
    except TransitionRefused as error:
        messages.warning(request, str(error))
        return _to(version)
    else:
        messages.success(request, str(action.done))
        return _to(changed)
    return None


def _to(version: PolicyVersion) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:policies_policyversion_change", args=[version.pk]))
