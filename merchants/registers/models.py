"""Answers of public registers, kept as they came, and questions that wait for one."""

from typing import Any, ClassVar

import msgspec
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.registers.facts import TYPES, CreditRecord, Registration
from shopops.fields import EncryptedTextField


class RegisterKind(models.TextChoices):
    REGISTRATION = "registration", _("Register of companies")
    CREDIT_RECORD = "credit_record", _("Credit record")


class RegisterAnswer(models.Model):
    """What a register said about a company at one moment: a dated fact, never edited.

    The facts are encrypted as a whole, because a register names people.
    """

    uscc = models.CharField(_("credit code"), max_length=18)
    kind = models.CharField(_("register"), max_length=16, choices=RegisterKind.choices)
    found = models.BooleanField(_("found"), help_text=_("No: the register knows no company with this code."))
    content = EncryptedTextField(_("facts"), blank=True)
    source = models.CharField(_("source"), max_length=100)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    expires_at = models.DateTimeField(_("counts until"))

    class Meta:
        verbose_name = _("answer of a register")
        verbose_name_plural = _("answers of registers")
        ordering = ("-asked_at", "-id")
        indexes: ClassVar = [models.Index(fields=["uscc", "kind", "-asked_at"], name="registers_latest_answer")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("asked_at")), name="registers_answer_counts_a_while"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uscc} · {self.get_kind_display()}"

    @property
    def facts(self) -> Registration | CreditRecord | None:
        """What it said; None when the register knows no such company."""
        kind: Any = self.kind
        return msgspec.json.decode(self.content, type=TYPES[kind]) if self.found and self.content else None

    @facts.setter
    def facts(self, facts: Registration | CreditRecord | None) -> None:
        self.content = msgspec.json.encode(facts).decode() if facts is not None else ""


class Enquiry(models.Model):
    """How a question to a register stands: one row per company and register.

    `due_at`: when it is asked (again); empty when there is nothing to ask. A worker that takes a question moves it into
    the future first, so that a worker that dies leaves it due again.
    """

    uscc = models.CharField(_("credit code"), max_length=18)
    kind = models.CharField(_("register"), max_length=16, choices=RegisterKind.choices)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    asked_at = models.DateTimeField(_("asked last"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("question to a register")
        verbose_name_plural = _("questions to registers")
        ordering = ("id",)
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="registers_due")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uscc", "kind"], name="registers_one_question_each"),
            models.CheckConstraint(condition=~models.Q(uscc=""), name="registers_question_has_code"),
        ]

    def __str__(self) -> str:
        return f"{self.uscc} · {self.get_kind_display()}"
