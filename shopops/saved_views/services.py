"""Keeping, renaming, sharing and deleting views. Who may open a page is asked by the views."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.saved_views.models import DefaultView, SavedView
from shopops.saved_views.queries import clean
from shopops.saved_views.selectors import changeable, roles_to_share_with, visible

#: More would not be a choice any more.
MOST = 30


class NotSaved(Exception):
    """A view cannot be kept so; the words say why. Nothing changed."""


@transaction.atomic
def save_view(
    *, owner: User, page: str, name: str, query: str, shared_with: str = "", opens: bool = False
) -> SavedView:
    """Keep filters under a name; the owner's view of this name is replaced. `opens`: the list opens with it.

    Raises NotSaved for a name that is empty or too long, filters that are too long, a role that the owner may not share
    with, and when there are 30 already.
    """
    try:
        kept = clean(query)
    except ValueError:
        raise NotSaved(_("These filters are too long to be kept. Take some away.")) from None
    values: dict[str, Any] = {"query": kept, "shared_with": _shareable(owner, shared_with)}
    # Two who save at once take turns, so that there are never more than the most.
    User.objects.select_for_update(of=("self",)).get(pk=owner.pk)
    mine = SavedView.objects.filter(owner=owner, page=page)
    cleaned = _named(name)
    if not mine.filter(name=cleaned).exists():
        if mine.count() >= MOST:
            raise NotSaved(_("You have %(most)s views of this list already. Delete one first.") % {"most": MOST})
        values["position"] = (mine.aggregate(last=Max("position"))["last"] or 0) + 1
    view, _made = SavedView.objects.update_or_create(owner=owner, page=page, name=cleaned, defaults=values)
    if opens:
        open_with(user=owner, view=view)
    return view


def change_view(*, view: SavedView, actor: User, name: str, shared_with: str) -> SavedView:
    """Rename a view, share it or take it back. Raises NotSaved as saving does, and for who may not change it."""
    if not changeable(actor).filter(pk=view.pk).exists():
        raise NotSaved(_("This view belongs to somebody else."))
    view.name = _named(name)
    if shared_with != view.shared_with:
        view.shared_with = _shareable(actor, shared_with)
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "shared_with"])
    except IntegrityError as error:
        raise NotSaved(_("There is a view with this name already.")) from error
    return view


def delete_view(*, view: SavedView, actor: User) -> None:
    """Take a view away, for everybody it was shared with. Raises NotSaved for who may not."""
    if not changeable(actor).filter(pk=view.pk).exists():
        raise NotSaved(_("This view belongs to somebody else."))
    view.delete()


def open_with(*, user: User, view: SavedView) -> None:
    """Let a list open with a view that the person sees. Raises NotSaved for another."""
    if not visible(user, view.page).filter(pk=view.pk).exists():
        raise NotSaved(_("This view belongs to somebody else."))
    DefaultView.objects.update_or_create(user=user, page=view.page, defaults={"view": view})


def open_plain(*, user: User, page: str) -> None:
    """Let a list open without filters again."""
    DefaultView.objects.filter(user=user, page=page).delete()


def _named(name: str) -> str:
    cleaned = " ".join(name.replace("\0", "").split())
    if not cleaned:
        raise NotSaved(_("Give the view a name."))
    if len(cleaned) > 60:
        raise NotSaved(_("The name is longer than 60 characters. Choose a shorter one."))
    return cleaned


def _shareable(user: User, role: str) -> str:
    if role and role not in dict(roles_to_share_with(user)):
        raise NotSaved(_("You can share views with your own roles only."))
    return role
