"""Who may do what with policies in the console."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from shopops.accounts.models import User
from shopops.policies.effects import had_a_hand
from shopops.policies.kinds import PolicyKind, kinds
from shopops.policies.models import PolicyVersion


def reader(request: HttpRequest) -> User:
    """The signed-in person; PermissionDenied unless they may see policies."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm("policies.view_policyversion"):
        raise PermissionDenied
    return user


def may_edit(user: User, kind: PolicyKind) -> bool:
    """Whether somebody writes drafts of a kind: by role, as the kind says."""
    if user.is_superuser and user.is_active:
        return True
    return user.has_perm("policies.change_policyversion") and bool(
        set(user.roles) & {role.value for role in kind.editors}
    )


def may_approve(user: User) -> bool:
    """Whether somebody approves what others proposed."""
    return user.has_perm("policies.approve_policyversion")


def is_barred(user: User, version: PolicyVersion) -> bool:
    """Whether somebody had a hand in a version and so cannot decide on it."""
    return user.pk in had_a_hand(version)


def editor(request: HttpRequest, kind: PolicyKind) -> User:
    """The signed-in person; PermissionDenied unless they write drafts of this kind."""
    user = reader(request)
    if not may_edit(user, kind):
        raise PermissionDenied
    return user


def kind_or_404(code: str) -> PolicyKind:
    """The registered kind; Http404 for one that no app registers any more."""
    if code not in kinds:
        raise Http404
    return kinds.get(code)


def version_or_404(pk: int | str) -> PolicyVersion:
    """A version with its people."""
    people = PolicyVersion.objects.select_related("author", "submitter", "approver", "based_on", "notice_policy")
    return get_object_or_404(people, pk=pk)
