"""What merchants contribute to the shop check-up: account security, from the sign-ins and their holds."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from merchants.models import Member
from shopops.checkup import Cause, Check, Finding
from shopops.signin.holds import standing_of
from shopops.ui import formats


def account_security(merchant_id: int, as_of: dt.datetime) -> Finding:
    """Say who can sign in and when somebody last did, and first of all whether a sign-in was unusual."""
    users = [
        member.user
        for member in Member.objects.filter(merchant_id=merchant_id, user__is_active=True).select_related("user")
    ]
    if not users:
        return Finding("caution", _("Nobody"), _("Nobody can sign in for this shop. Ask support to name an owner."))
    held = standing_of(users, as_of)
    if held:
        said = {"name": held[0].user, "at": formats.at(held[0].since), "until": formats.due(held[0].until)}
        return Finding(
            "danger",
            _("Unusual sign-in"),
            _("%(name)s, %(at)s. Risky changes wait until %(until)s. Whoever it was not resets the password.") % said,
        )
    people = ngettext("%(count)s person can sign in", "%(count)s people can sign in", len(users)) % {
        "count": len(users)
    }
    signed_in = [user for user in users if user.last_login and user.last_login <= as_of]
    if not signed_in:
        return Finding("neutral", _("Not used yet"), _("%(people)s, nobody has so far.") % {"people": people})
    last = max(signed_in, key=lambda user: user.last_login or as_of)
    return Finding(
        "ok",
        _("Nothing known"),
        _("%(people)s. Last sign-in: %(name)s, %(at)s.")
        % {"people": people, "name": last, "at": formats.at(last.last_login)},
    )


ACCOUNT_SECURITY = Check("merchants.account_security", Cause.SECURITY, account_security)
