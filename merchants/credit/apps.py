from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditConfig(AppConfig):
    name = "merchants.credit"
    label = "credit"
    verbose_name = _("Credit scores")

    def ready(self) -> None:
        from merchants.credit import news, services, trial
        from merchants.credit.api.scopes import SCORES_READ
        from merchants.credit.policy import KIND, CurrentCreditPolicy
        from merchants.credit.traits import Trait, documents_valid, traits, years_on_platform
        from shopops.accounts.roles import Role, grant
        from shopops.api import scopes
        from shopops.jobs.registry import Job, jobs
        from shopops.metrics.registry import Better
        from shopops.notifications.kinds import MessageKind, message_kinds
        from shopops.policies.kinds import PolicyKind, kinds
        from shopops.ui.navigation import NavItem, register

        scopes.register(SCORES_READ)
        traits.register(
            Trait("years_on_platform", _("Years on the marketplace"), Better.HIGHER, "years", years_on_platform)
        )
        traits.register(
            Trait("documents_valid", _("Share of valid documents"), Better.HIGHER, "percent", documents_valid)
        )
        pack = Path(__file__).parent / "policies" / "credit_score.toml"
        kinds.register(
            PolicyKind(
                KIND,
                _("Credit score"),
                CurrentCreditPolicy,
                pack,
                notice="merchants",
                help_text=_("What makes up the score, how values become points, and which score earns which grade."),
                trial=trial.TRIAL,
            )
        )
        jobs.register(Job("score_merchants", _("Count credit scores"), services.score_merchants))
        message_kinds.register(MessageKind(news.MESSAGE_KIND, _("Grade changed"), owed=False, digest=True))
        register(
            NavItem(
                key="score",
                icon="score",
                label=_("Credit score"),
                url_name="credit:score",
                order=60,
                needs="score.view",
            )
        )
        for role in (Role.RISK_ANALYST, Role.SUPERVISOR, Role.AUDITOR):
            grant(role, "credit.view_scoresnapshot", "credit.view_scorecontribution")
