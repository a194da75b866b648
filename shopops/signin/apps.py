from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigninConfig(AppConfig):
    name = "shopops.signin"
    label = "signin"
    verbose_name = _("Sign-in security")

    def ready(self) -> None:
        from shopops.accounts.roles import Role, grant, grant_view
        from shopops.audit.rotation import stores
        from shopops.jobs.registry import jobs
        from shopops.notifications.kinds import message_kinds
        from shopops.signin import checks, doors, receivers
        from shopops.signin.messages import KINDS
        from shopops.signin.rotation import SECRETS
        from shopops.signin.tasks import FORGET
        from shopops.ui.navigation import NavItem, register

        for kind in KINDS:
            message_kinds.register(kind)
        jobs.register(FORGET)
        stores.register(SECRETS)
        register(NavItem("security", "lock", _("Security"), "signin:security", order=98, extra=True))
        receivers.connect()
        doors.close_side_doors()
        checks.register()

        grant_view("signin.view_permissions")
        seen = ("accounts.view_user", "signin.view_signin", "signin.view_hold")
        grant(Role.AUDITOR, *seen)
        grant(
            Role.SUPERVISOR,
            *seen,
            "accounts.change_user",
            "signin.end_sessions",
            "signin.lift_hold",
            "signin.reset_factors",
        )
