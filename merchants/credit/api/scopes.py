"""What the API may be asked about scores."""

from django.utils.translation import gettext_lazy as _

from shopops.api.scopes import Scope

SCORES_READ = Scope("scores:read", _("Read credit scores"), operator="credit.view_scoresnapshot", portal="score.view")
