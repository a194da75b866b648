"""What actions are called. A transition's action has the name of its effect; the others are named here."""

import functools
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

_OTHERS = {
    "accounts.access.changed": _("Roles or access changed"),
    "accounts.email.changed": _("E-mail address changed"),
    "accounts.password.set": _("Password set"),
    "accounts.user.added": _("User added"),
    "audit.exported": _("Audit log exported"),
    "exchange.import.confirmed": _("Import confirmed"),
    "exchange.import.rejects_read": _("Rejected rows of an import downloaded"),
    "exits.records.asked": _("Records asked for"),
    "exits.records.downloaded": _("Records downloaded"),
    "exits.records.made": _("Records made"),
    "exits.step.recorded": _("Settlement step recorded"),
    "changes.proof.opened": _("Proof of a change opened"),
    "jobs.retry_asked": _("Job run again"),
    "jobs.run_asked": _("Job started by hand"),
    "jobs.stop_asked": _("Job asked to stop"),
    "maintenance.window.times": _("Times of a window changed"),
    "maintenance.incident.edited": _("Incident changed"),
    "maintenance.incident.opened": _("Incident opened"),
    "maintenance.window.drafted": _("Window drafted"),
    "maintenance.window.edited": _("Window changed"),
    "merchants.agreement.signed": _("Agreement signed"),
    "merchants.application.started_again": _("Application started from a former one"),
    "merchant_file.file.opened": _("File of a contact opened"),
    "merchant_file.visit.edited": _("Record of a contact corrected"),
    "merchant_file.visit.followed_up": _("Followed up"),
    "merchant_file.visit.recorded": _("Contact recorded"),
    "merchants.list.exported": _("List exported"),
    "merchants.document.opened": _("Document opened"),
    "merchants.registers.asked": _("Public registers asked again"),
    "merchants.sample.judged": _("Samples judged"),
    "merchants.personal_data.shown": _("Personal data shown"),
    "notifications.message.retried": _("Failed deliveries tried again"),
    "orders.excluded": _("Order taken out of the metrics"),
    "orders.included": _("Order counted again"),
    "personal_data.shown": _("Personal data shown"),
    "policies.version.drafted": _("Policy drafted"),
    "policies.version.edited": _("Draft of a policy changed"),
    "signin.factors.reset": _("Second factors reset"),
    "signin.hold.lifted": _("Hold lifted"),
    "signin.hold.placed": _("Hold placed"),
    "signin.security.email_added": _("E-mail address added"),
    "signin.security.email_changed": _("E-mail address changed"),
    "signin.security.email_removed": _("E-mail address removed"),
    "signin.security.password_changed": _("Password changed"),
    "signin.security.recovery_codes_renewed": _("Recovery codes renewed"),
    "signin.security.totp_added": _("Authenticator app set up"),
    "signin.security.totp_removed": _("Authenticator app removed"),
    "signin.security.webauthn_added": _("Security key added"),
    "signin.security.webauthn_removed": _("Security key removed"),
    "signin.sessions.ended": _("Sessions ended"),
    "webhooks.delivery.skipped": _("Webhook event skipped"),
    "webhooks.endpoint.added": _("Webhook endpoint added"),
    "webhooks.endpoint.changed": _("Webhook endpoint changed"),
    "webhooks.endpoint.removed": _("Webhook endpoint removed"),
    "webhooks.endpoint.replayed": _("Webhook events sent again"),
    "webhooks.endpoint.secret_rotated": _("New secret for a webhook endpoint"),
    "webhooks.endpoint.switched_off": _("Webhook endpoint switched off"),
    "webhooks.endpoint.switched_on": _("Webhook endpoint switched on"),
    "webhooks.endpoint.tested": _("Webhook endpoint tested"),
}


@functools.cache
def _names() -> dict[str, object]:
    effects = (effect for model in apps.get_models() for effect in getattr(model, "EFFECTS", {}).values())
    return {**_OTHERS, **{effect.event: effect.label for effect in effects}}


def in_words(action: str) -> str:
    """An action in the reader's language; one without a name keeps its code."""
    return str(_names().get(action, action))


class FieldWords:
    """What the facts of an entry are called where they are fields of the object's model; others keep their names."""

    def __init__(self, model: type[models.Model] | None) -> None:
        fields = model._meta.concrete_fields if model else ()
        self._fields: dict[str, Any] = {each.name: each for each in fields}

    def label(self, name: str) -> str:
        """The field's name in the reader's language."""
        return str(self._fields[name].verbose_name) if name in self._fields else name

    def value(self, name: str, text: str) -> str:
        """A choice in the reader's language: "approved" as 已通过."""
        choices = dict(self._fields[name].flatchoices) if name in self._fields else {}
        return str(choices.get(text, text))
