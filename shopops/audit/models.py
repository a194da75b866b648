"""Who decided what, when and why: an append-only log, sealed into a chain of hashes."""

import secrets
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shopops.accounts.models import User
from shopops.audit.history import track_changes
from shopops.audit.words import in_words


def _append_only() -> pgtrigger.Protect:
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def new_salt() -> str:
    """What is hashed with the actor's name, so that nobody can find the name behind the hash by guessing it."""
    return secrets.token_hex(16)


class Entry(models.Model):
    """One thing that happened to one object. Names are copied as text, so that an entry outlives its rows."""

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    action = models.CharField(_("action"), max_length=100, help_text=_("Dotted, e.g. merchants.application.approved."))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("actor"), null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField(_("actor's name"), max_length=150)
    actor_roles = models.CharField(_("actor's roles"), max_length=200, blank=True)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind of object"), related_name="+")
    object_id = models.BigIntegerField(_("object"))
    target = GenericForeignKey("content_type", "object_id")
    target_name = models.CharField(_("object's name"), max_length=200)
    merchant_id = models.BigIntegerField(_("merchant"), null=True, blank=True, db_index=True)
    reason = models.TextField(_("reason"), blank=True)
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    policy_version = models.ForeignKey(
        "policies.PolicyVersion",
        models.PROTECT,
        verbose_name=_("policy version"),
        null=True,
        blank=True,
        related_name="+",
    )

    request_id = models.CharField(_("request"), max_length=64, blank=True, help_text=_("As in the server's log."))

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ("-at", "-id")
        permissions: ClassVar = [
            ("export_entry", _("Can export the audit log")),
            ("view_changes", _("Can see who changed which data")),
        ]
        indexes = [
            models.Index(fields=["content_type", "object_id", "at"], name="audit_entry_target"),
            models.Index(fields=["action", "-at"], name="audit_entry_action"),
            models.Index(fields=["actor", "-at"], name="audit_entry_actor"),
        ]
        triggers = [
            _append_only(),
            pgtrigger.Trigger(
                name="await_seal",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"),
                func="INSERT INTO audit_unsealed (entry_id) SELECT id FROM new_rows; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_in_words} · {self.target_name}"

    @property
    def action_in_words(self) -> str:
        return in_words(self.action)

    @property
    def is_sealed(self) -> bool:
        """Part of the chain already; sealing runs every minute."""
        return Link.objects.filter(entry_id=self.pk).exists()


class Unsealed(models.Model):
    """An entry that waits for its seal. A trigger writes the row in the entry's own transaction, so an entry that is
    committed late waits here all the same, whatever its id."""

    entry = models.OneToOneField(Entry, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+")

    class Meta:
        verbose_name = _("unsealed entry")
        verbose_name_plural = _("unsealed entries")
        db_table = "audit_unsealed"


class Seal(models.Model):
    """A batch of entries with the root of their hashes, chained to the seal before it."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    first = models.BigIntegerField(_("first sequence"))
    last = models.BigIntegerField(_("last sequence"))
    at = models.DateTimeField(_("sealed"))
    day = models.DateField(_("day"), db_index=True, help_text=_("Marketplace day on which it was sealed."))
    root = models.CharField(_("root"), max_length=64)
    previous = models.CharField(_("hash before"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)
    signature = models.CharField(_("signature"), max_length=128, blank=True)
    public_key = models.CharField(_("public key"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=["first"], name="audit_seal_first"),
            models.UniqueConstraint(fields=["previous"], name="audit_seal_chain"),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="audit_seal_not_empty"),
        ]
        triggers = [_append_only()]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def count(self) -> int:
        """How many entries it seals."""
        return self.last - self.first + 1


class Link(models.Model):
    """An entry's place in the chain: its sequence number and the hash of its canonical content with that number."""

    sequence = models.BigIntegerField(_("sequence"), primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, verbose_name=_("audit entry"), related_name="link")
    seal = models.ForeignKey(Seal, models.PROTECT, verbose_name=_("seal"), related_name="links", db_index=False)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        triggers = [_append_only()]


class DailyRoot(models.Model):
    """One hash for everything that was sealed on one marketplace day, chained to the day before it."""

    day = models.DateField(_("day"), primary_key=True)
    first_seal = models.BigIntegerField(_("first seal"))
    last_seal = models.BigIntegerField(_("last seal"))
    entries = models.BigIntegerField(_("entries"))
    root = models.CharField(_("root"), max_length=64)
    previous = models.CharField(_("hash before"), max_length=64, unique=True)
    hash = models.CharField(_("hash"), max_length=64)
    signature = models.CharField(_("signature"), max_length=128, blank=True)
    public_key = models.CharField(_("public key"), max_length=64, blank=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("daily root")
        verbose_name_plural = _("daily roots")
        ordering = ("-day",)
        triggers = [_append_only()]

    def __str__(self) -> str:
        return self.day.isoformat()


@track_changes(exclude=("password", "last_login"))
class TrackedUser(User):
    """Accounts, seen from here: the floor below cannot know who keeps track of it."""

    class Meta:
        proxy = True
        verbose_name = _("user")
        verbose_name_plural = _("users")
        default_permissions = ()
