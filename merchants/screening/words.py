"""Why the rule leaves an application to people, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from merchants.checks.words import label
from merchants.models import Category, CheckResult, ShopType
from shopops.ui import formats

REGISTERS = {"registration": _("registration"), "credit_record": _("credit record")}

SENTENCES = {
    "high_risk": _("Two people decide in this category."),
    "shop_type": _("The policy leaves out shops of the type “%(shop_type)s”."),
    "category": _("The policy leaves out the category “%(category)s”."),
    "check_missing": _("The check “%(check)s” has not run."),
    "check": _("“%(check)s”: %(outcome)s."),
    "register_missing": _("The register has not answered: %(register)s."),
    "register_old": _("The register's answer is %(days)s days old: %(register)s."),
    "not_read": _("The licence was not read by machine."),
    "agreement": _("Of what was read from the licence %(share)s agrees with the form."),
}

#: A few words for tables and tallies.
SHORT = {
    "high_risk": _("Two people decide"),
    "shop_type": _("Shop type left out"),
    "category": _("Category left out"),
    "check_missing": _("A check has not run"),
    "check": _("A check did not pass"),
    "register_missing": _("A register has not answered"),
    "register_old": _("A register's answer is old"),
    "not_read": _("Licence not read"),
    "agreement": _("Licence and form differ"),
}


def sentence(reason: Mapping[str, Any]) -> str:
    """A stored reason in the reader's language; one that a later release dropped keeps its code."""
    code, params = str(reason["code"]), dict(reason.get("params") or {})
    if code not in SENTENCES:
        return code
    if "check" in params:
        params["check"] = label(params["check"])
    if "outcome" in params:
        params["outcome"] = _labelled(CheckResult.Outcome, params["outcome"])
    if "register" in params:
        params["register"] = str(REGISTERS.get(params["register"], params["register"]))
    if "share" in params:
        params["share"] = formats.percent(params["share"])
    if "shop_type" in params:
        params["shop_type"] = _labelled(ShopType, params["shop_type"])
    if "category" in params:
        params["category"] = _labelled(Category, params["category"])
    return str(SENTENCES[code]) % params


def _labelled(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value
