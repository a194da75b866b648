from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SavedViewsConfig(AppConfig):
    name = "shopops.saved_views"
    label = "saved_views"
    verbose_name = _("Saved views")

    def ready(self) -> None:
        from shopops.accounts.roles import Role, grant, grant_view
        from shopops.adminbase import list_openers
        from shopops.saved_views.opening import open_with_default

        list_openers.append(open_with_default)
        grant_view("saved_views.view_savedview")
        grant(Role.SUPERVISOR, "saved_views.share_savedview")
