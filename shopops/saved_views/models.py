"""Filters of a list that somebody keeps under a name."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopops.accounts.roles import Role

#: What `queries.clean` leaves: an address's query, never an address.
QUERY = r"^[A-Za-z0-9_.~%+&=-]*$"


class SavedView(models.Model):
    """The filters of one list or page of the console under a name: its owner's, or shared with a role."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("owner"), related_name="saved_views"
    )
    page = models.CharField(_("page"), max_length=100, help_text=_("Code of the list that it belongs to."))
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    shared_with = models.CharField(
        _("shared with"), max_length=20, blank=True, help_text=_("Code of a role; empty: the owner alone.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ("position", "id")
        permissions: ClassVar = [
            ("share_savedview", _("Can share saved views with every role and tidy shared ones up"))
        ]
        indexes: ClassVar = [
            models.Index(fields=["page", "shared_with"], condition=~Q(shared_with=""), name="saved_views_shared"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_views_name_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(page=""), name="saved_views_named"),
            models.CheckConstraint(condition=Q(query__regex=QUERY), name="saved_views_relative_query"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def role_label(self) -> str:
        """The role it is shared with in words; "" for none."""
        return str(Role(self.shared_with).label) if self.shared_with in Role.values else self.shared_with


class DefaultView(models.Model):
    """The view with which a list opens for a person."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("user"), related_name="default_views"
    )
    page = models.CharField(_("page"), max_length=100)
    view = models.ForeignKey(SavedView, models.CASCADE, verbose_name=_("saved view"), related_name="defaults")

    class Meta:
        verbose_name = _("default view")
        verbose_name_plural = _("default views")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "page"], name="saved_views_one_default")]

    def __str__(self) -> str:
        return f"{self.page}: {self.view}"
