"""Who may open what: from what views declare, and from short lists of what is open on purpose.

A verdict is "closed" (sign-in, 403 or 404, nothing else), "open" (anything but those), or "own": it opens to every
signed-in person and shows only what is theirs; there the marks alone decide.
"""

from tests.doors.routes import Route
from tests.doors.world import Principal

#: Open to everybody, on purpose. A trailing * takes all names that begin so.
PUBLIC = (
    "root", "healthz", "audit_roots", "status:*", "exit_notices:*", "signin:*", "account_*", "mfa_*",
    "usersessions_list", "complaints:file",
    "complaints:follow", "ui:*", "set_language", "schema", "docs", "api_problems", "api:status-list", "merchants:start",
    "merchants:agreement*",
    "short_message", "unsubscribe", "join:link", "admin:login", "admin:logout", "admin:jsi18n",
)  # fmt: skip
#: Of those, the pages of one's own account: strangers are asked to sign in.
ACCOUNT = (
    "signin:*", "account_email", "account_change_password", "account_set_password", "account_reauthenticate",
    "mfa_index",
    "mfa_activate*", "mfa_deactivate*", "mfa_*recovery*", "mfa_*webauthn", "mfa_reauthenticate", "usersessions_list",
)  # fmt: skip
#: Signed-in people's own things; whoever it does not belong to finds nothing.
PERSONAL = (
    "merchants:*", "portal:account", "portal:preferences", "portal:message*", "join:invitation",
    "outside:*", "changes:proof",
)  # fmt: skip
#: Of those, what tells strangers beside a field of a form that they are signed out, where a sign-in page has no place.
SIGNED_OUT = ("merchants:save",)
#: Parts of the console that every operator has; they show nothing by themselves.
EVERY_OPERATOR = (
    "admin:index", "admin:password_change", "admin:password_change_done", "admin:autocomplete",
    "admin:view_on_site", "admin:app_list", "admin:search",
)  # fmt: skip
#: Pages and routes whose arguments name nothing of a shop: they are the same for all, or about one's own shop.
SHARED = ("maintenance:window", "warnings:rules_version", "changes:new", "changes:confirm", "api:agreement-detail")
#: Pages of the console that gather from everywhere: whoever may open them sees the parts that they may see elsewhere.
GATHERING = ("merchant_file:file",)
#: Pages of Django behind which further checks stand: nobody but a superuser gets past all of them.
SUPERUSERS = ("admin:auth_user_password_change",)
#: Custom permissions of buttons whose name does not follow "<name>_<model>".
BUTTONS = {"new_key": "api.manage_apikey"}


def among(name: str, names: tuple[str, ...]) -> bool:
    """Whether a route's name is in a list."""
    for each in names:
        head, star, tail = each.partition("*")
        if name == each or (star and name.startswith(head) and (not tail or name.endswith(tail))):
            return True
    return False


def verdict(route: Route, method: str, who: Principal) -> str:
    """What the declarations say. Raises AssertionError for a view that declares nothing."""
    if route.actions or (route.area == "api" and not among(route.name, PUBLIC)):
        return _api(route, method, who)
    if who.token:
        return "own"  # a key means nothing outside the API; it is anonymous there
    if among(route.name, PUBLIC):
        return "own" if who.user or not among(route.name, ACCOUNT) else "closed"
    if route.needs is not None:
        return _portal(route, method, who)
    if route.area == "admin":
        return _console(route, method, who)
    if among(route.name, PERSONAL):
        return "own" if who.user or (method == "POST" and among(route.name, SIGNED_OUT)) else "closed"
    raise AssertionError(
        f"{route} does not say who may come in. Portal pages: @portal_page(needs=…). Console: @console_page(…). "
        "API: scopes. Open to everybody or everybody's own: the lists of tests/doors/matrix.py."
    )


def _portal(route: Route, method: str, who: Principal) -> str:
    assert route.needs is not None
    needed = route.needs[method == "POST"]
    if who.is_member:
        return "closed" if needed and needed not in who.rights else "open"
    is_somebody_elses = bool(route.arguments) and not among(route.name, SHARED)
    if who.name == "B's owner":
        return "closed" if is_somebody_elses else "open"
    return "closed"  # asked to sign in, or sent to the applications: has no shop


def _console(route: Route, method: str, who: Principal) -> str:
    if not who.is_operator:
        return "closed"
    if not route.name or among(route.name, EVERY_OPERATOR):
        return "own"
    return "open" if _has(route, who) and not among(route.name, SUPERUSERS) else "closed"


def _has(route: Route, who: Principal) -> bool:
    if route.console is not None:
        return who.permissions >= set(route.console)
    if route.model is None:
        raise AssertionError(f"{route} is below /admin/ and names no permission. Use @console_page(…).")
    meta = route.model._meta
    buttons = getattr(route.view, "allowed_permissions", None)
    if buttons is not None:
        wanted = {BUTTONS.get(each, f"{meta.app_label}.{each}_{meta.model_name}") for each in buttons}
        return who.permissions >= wanted
    kinds = {"_add": ("add",), "_delete": ("delete",), "_password_change": ("change",)}
    verbs = next((verbs for end, verbs in kinds.items() if route.name.endswith(end)), ("view", "change"))
    return bool(who.permissions & {f"{meta.app_label}.{verb}_{meta.model_name}" for verb in verbs})


def _api(route: Route, method: str, who: Principal) -> str:
    if among(route.name, PUBLIC):
        return "own"
    scope = route.scope(method)
    if scope is None:
        if method.lower() not in route.actions:
            return "closed" if not who.user and not who.token else "own"  # 405, or refused before
        raise AssertionError(f"{route} names no scope for {method}: add it to `scopes` of {route.view.cls.__name__}.")
    if scope.operator in who.permissions and scope.operator:
        return "open"
    if who.is_member and scope.portal is not None:
        return "open" if not scope.portal or scope.portal in who.rights else "closed"
    if scope.personal and who.is_owner:
        return "open"
    has_something = (scope.personal and who.user) or (who.name in ("B's owner", "B's key") and scope.portal is not None)
    is_somebody_elses = bool(route.arguments) and not among(route.name, SHARED)
    return "own" if has_something and not is_somebody_elses else "closed"
