"""The log of sign-ins and the holds that follow suspicious ones."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shopops.signin.anomaly import Reason


class SignIn(models.Model):
    """One attempt to sign in. Networks are masked; sessions are kept as a hash that opens nothing."""

    class Outcome(models.TextChoices):
        SUCCEEDED = "succeeded", _("Signed in")
        WRONG_PASSWORD = "wrong_password", _("Wrong e-mail or password")
        WRONG_SECOND_FACTOR = "wrong_second_factor", _("Wrong second factor")
        LOCKED_OUT = "locked_out", _("Locked out")

    class Method(models.TextChoices):
        PASSWORD = "password", _("Password")
        TOTP = "totp", _("Authenticator app")
        RECOVERY_CODE = "recovery_codes", _("Recovery code")
        WEBAUTHN = "webauthn", _("Security key")
        OTHER = "other", _("Other way")

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("user"), null=True, blank=True, related_name="sign_ins"
    )
    email = models.CharField(_("e-mail tried"), max_length=254, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices)
    method = models.CharField(_("method"), max_length=20, choices=Method.choices, default=Method.PASSWORD)
    device = models.CharField(_("device"), max_length=60, blank=True, help_text=_("Browser and system."))
    device_id = models.CharField(_("device cookie"), max_length=32, blank=True)
    network = models.CharField(_("network"), max_length=50, blank=True)
    zone = models.CharField(_("time zone of the network"), max_length=50, blank=True)
    place = models.CharField(_("place of the network"), max_length=100, blank=True)
    session = models.CharField(_("session"), max_length=32, blank=True, help_text=_("A hash, no key."))
    reasons = ArrayField(
        models.CharField(max_length=30, choices=Reason.choices), verbose_name=_("suspicious because"), default=list
    )

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ("-at", "-id")
        permissions = [
            ("end_sessions", _("Can end all sessions of a person")),
            ("reset_factors", _("Can remove the second factors of a person")),
            ("view_permissions", _("Can see which role may do what")),
        ]
        indexes = [models.Index(fields=["user", "-at"], name="signin_by_user")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | ~models.Q(outcome="succeeded"),
                name="signin_success_has_user",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_outcome_display()}"

    @property
    def reasons_in_words(self) -> list[str]:
        """Why it is suspicious, in the reader's language."""
        return [str(Reason(code).label) for code in self.reasons if code in Reason.values]


class Hold(models.Model):
    """After a suspicious sign-in risky changes of the account wait until `until`, or until somebody lifts the hold."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("user"), related_name="signin_holds"
    )
    sign_in = models.OneToOneField(SignIn, models.SET_NULL, verbose_name=_("sign-in"), null=True, related_name="hold")
    since = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateTimeField(_("until"))
    reasons = ArrayField(models.CharField(max_length=30, choices=Reason.choices), verbose_name=_("because"))
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("lifted by"), null=True, blank=True, related_name="+"
    )
    lifted_because = models.CharField(_("lifted because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("hold after a suspicious sign-in")
        verbose_name_plural = _("holds after suspicious sign-ins")
        ordering = ("-since", "-id")
        permissions = [("lift_hold", _("Can lift a hold after a suspicious sign-in"))]
        indexes = [
            models.Index(
                fields=["user", "-until"], condition=models.Q(lifted_at__isnull=True), name="signin_hold_standing"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="signin_hold_has_length"),
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | models.Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="signin_hold_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.since:%Y-%m-%d %H:%M}"

    @property
    def reasons_in_words(self) -> list[str]:
        """Why it stands, in the reader's language."""
        return [str(Reason(code).label) for code in self.reasons if code in Reason.values]
