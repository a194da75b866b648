"""The console's side navigation: by what operators do, not by database table."""

from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

#: (group, [(model, icon)]); a model's entry is shown to those who may view it.
_GROUPS: list[tuple[Text, list[tuple[str, str]]]] = [
    (
        _("Work"),
        [
            ("page:review:queue", "rule"),
            ("page:review:batches", "done_all"),
            ("page:work:people", "groups"),
            ("page:work:agreement", "balance"),
            ("page:screening:calibration", "rule"),
            ("page:screening:mine", "person_check"),
            ("work.workitem", "checklist"),
        ],
    ),
    (
        _("Merchants"),
        [
            ("merchants.application", "assignment_ind"),
            ("page:screening:rule", "smart_toy"),
            ("page:screening:outside", "support_agent"),
            ("merchants.merchant", "storefront"),
            ("merchants.document", "description"),
            ("merchants.agreementsigning", "contract"),
            ("changes.changerequest", "edit_document"),
            ("page:change_desk:campaigns", "verified_user"),
            ("credit.scoresnapshot", "speed"),
            ("exits.exit", "door_open"),
            ("page:exit_desk:analysis", "monitoring"),
            ("leads.lead", "person_add"),
            ("page:leads:funnel", "filter_alt"),
            ("page:exchange:overview", "upload_file"),
        ],
    ),
    (_("Warnings"), [("warnings.warning", "warning")]),
    (
        _("Orders"),
        [
            ("orders.order", "package_2"),
            ("orders.shipment", "local_shipping"),
            ("orders.review", "reviews"),
            ("complaints.complaint", "forum"),
        ],
    ),
    (_("Maintenance"), [("maintenance.window", "build"), ("maintenance.incident", "crisis_alert")]),
    (_("Messages"), [("notifications.message", "mail"), ("notifications.delivery", "mark_email_read")]),
    (
        _("System"),
        [
            ("policies.policyversion", "gavel"),
            ("page:job_desk:overview", "schedule"),
            ("page:webhook_desk:list", "webhook"),
            ("audit.entry", "history"),
            ("audit.dailyroot", "lock_clock"),
            ("accounts.user", "group"),
            ("signin.signin", "login"),
            ("signin.hold", "front_hand"),
            ("page:console_permissions", "shield_person"),
        ],
    ),
]


#: Pages of our own that belong to no model: (label, permission) by the name of the address.
_PAGES: dict[str, tuple[Text, str]] = {
    "console_permissions": (_("Permissions"), "signin.view_permissions"),
    "change_desk:campaigns": (_("Re-verification"), "changes.view_verification"),
    "review:queue": (_("Review list"), "merchants.review_application"),
    "review:batches": (_("Batches of approvals"), "merchants.review_application"),
    "work:people": (_("People and load"), "work.assign_workitem"),
    "screening:rule": (_("Automatic approval"), "screening.view_verdict"),
    "screening:calibration": (_("Calibration of reviewers"), "screening.view_calibration"),
    "screening:mine": (_("My decisions"), "merchants.review_application"),
    "screening:outside": (_("Outside reviewers"), "screening.ask_opinion"),
    "work:agreement": (_("Agreement of second reads"), "work.view_agreement"),
    "exchange:overview": (_("Imports"), "exchange.view_import"),
    "leads:funnel": (_("Funnel"), "leads.view_lead"),
    "exit_desk:analysis": (_("Why shops leave"), "exits.view_exit_analysis"),
    "job_desk:overview": (_("Scheduled jobs"), "jobs.view_jobrun"),
    "webhook_desk:list": (_("Webhooks"), "webhooks.view_endpoint"),
}


def groups(request: HttpRequest) -> list[dict[str, Any]]:
    """Unfold's navigation, reduced to what the signed-in operator may open."""
    home = {"title": _("Home"), "icon": "home", "link": reverse("admin:index")}
    result: list[dict[str, Any]] = [{"title": None, "items": [home]}]
    for title, entries in _GROUPS:
        items = [item for label, icon in entries if (item := _item(request, label, icon))]
        if items:
            result.append({"title": title, "separator": True, "items": items})
    return result


def _item(request: HttpRequest, label: str, icon: str) -> dict[str, Any] | None:
    kind, _colon, page = label.partition(":")
    if kind == "page":
        title, permission = _PAGES[page]
        return {"title": title, "icon": icon, "link": reverse(page)} if request.user.has_perm(permission) else None
    try:
        meta = apps.get_model(label)._meta
        link = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    except (LookupError, NoReverseMatch):
        return None
    if not request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
        return None
    return {"title": meta.verbose_name_plural.capitalize(), "icon": icon, "link": link}
