"""Which views a person sees above a list."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from shopops.accounts.models import User
from shopops.accounts.roles import Role
from shopops.saved_views.models import DefaultView, SavedView
from shopops.saved_views.queries import same

SHARE = "saved_views.share_savedview"


@dataclass(frozen=True)
class Chip:
    """A view as it stands above a list."""

    view: SavedView
    url: str
    is_current: bool
    is_mine: bool
    is_default: bool
    may_change: bool


def visible(user: User, page: str) -> QuerySet[SavedView]:
    """A person's own views of a page and those that are shared with one of their roles; a superuser's all shared."""
    shared = Q(shared_with__in=Role.values if user.is_superuser else list(user.roles))
    return SavedView.objects.filter(Q(owner=user) | shared, page=page).select_related("owner")


def changeable(user: User) -> QuerySet[SavedView]:
    """The views a person may rename and delete: the own ones; with the right to share, also those shared."""
    theirs = Q(owner=user)
    if user.has_perm(SHARE):
        theirs |= ~Q(shared_with="")
    return SavedView.objects.filter(theirs)


def chips(user: User, page: str, query: str) -> list[Chip]:
    """The views above a list, own ones first; `query` is the cleaned query of the address."""
    default = default_of(user, page)
    may_tidy = user.has_perm(SHARE)
    found = sorted(visible(user, page), key=lambda view: (view.owner_id != user.pk, view.position, view.pk))
    return [
        Chip(
            view=view,
            url=f"?{view.query}" if view.query else "?q=",
            is_current=bool(query) and same(query, view.query),
            is_mine=view.owner_id == user.pk,
            is_default=default is not None and default.view_id == view.pk,
            may_change=view.owner_id == user.pk or may_tidy,
        )
        for view in found
    ]


def default_of(user: User, page: str) -> DefaultView | None:
    """With which view a list opens for a person; one that is no longer shared with them does not count."""
    return DefaultView.objects.filter(user=user, page=page, view__in=visible(user, page)).select_related("view").first()


def roles_to_share_with(user: User) -> list[tuple[str, str]]:
    """The roles with which a person may share: their own; with the right to, every role."""
    if user.has_perm(SHARE):
        return [(role.value, str(role.label)) for role in Role]
    return [(role.value, str(role.label)) for role in Role if role.value in user.roles]
