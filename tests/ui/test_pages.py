"""Gallery, error pages, preferences and account pages, in both languages."""

import re

import pytest
from allauth.account.forms import ResetPasswordForm
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from django.views import defaults

from shopops.accounts.models import User
from shopops.ui import navigation, views
from shopops.ui.navigation import NavItem

INLINE = re.compile(r"\sstyle=|<style|\son[a-z]+=|javascript:")
# Only <script src="…"></script>: nothing between the tags.
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>|<script[^>]*>[^<]+</script>")


def is_clean(html: str) -> bool:
    return not INLINE.search(html) and not SCRIPT.search(html)


@pytest.mark.django_db
@pytest.mark.parametrize(("header", "lang"), [("en-GB,en;q=0.9", "en"), ("zh-CN,zh;q=0.9", "zh-Hans")])
def test_the_gallery_shows_every_part_in_both_languages(client: Client, header, lang):
    response = client.get(reverse("ui:gallery"), headers={"accept-language": header})
    html = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{lang}"' in html
    assert is_clean(html)
    for part in ("card", "banner", "stat", "checkup", "todo", "clock", "timeline", "steps", "numbered", "marks"):
        assert f'class="{part}' in html, part
    for part in ("chip", "dialog", "menu", "tabs", "pages", "toast", "empty", "skeleton", "chart", "days", "meters"):
        assert f'class="{part}' in html, part


@pytest.mark.django_db
def test_a_deployment_shows_the_gallery_to_operators_only(client: Client, settings):
    settings.IS_DEPLOYED = True
    assert client.get(reverse("ui:gallery")).status_code == 403
    client.force_login(User.objects.create_user("op@example.com", "x", name="Op", is_staff=True))
    assert client.get(reverse("ui:gallery")).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", ["400", "500"])
def test_the_pages_for_broken_requests_need_no_context(code, language):
    with translation.override(language):
        html = get_template(f"{code}.html").render()
    assert f">{code}<" in html
    assert is_clean(html)
    assert html.count("<h1") == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (400, lambda request: defaults.bad_request(request, SuspiciousOperation())),
        (403, lambda request: defaults.permission_denied(request, PermissionDenied())),
        (403, lambda request: views.csrf_failure(request, "reason")),
        (404, lambda request: defaults.page_not_found(request, Exception())),
        (500, defaults.server_error),
    ],
)
def test_an_error_page_says_what_to_do(status, answer, language):
    with translation.override(language):
        response = answer(RequestFactory().get("/nowhere/"))
    html = response.content.decode()
    assert response.status_code == status
    assert is_clean(html)
    assert 'class="btn primary" href="/"' in html


@pytest.mark.django_db
def test_a_form_without_token_gets_our_answer(settings):
    settings.CSRF_FAILURE_VIEW = "shopops.ui.views.csrf_failure"
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "a@example.com"})
    assert response.status_code == 403
    assert b"too old" in response.content


class TestLanguage:
    """?lang=, cookie, the user's own, Accept-Language, in this order."""

    url = "/accounts/login/"

    def language(self, client: Client, query="", header="en"):
        return client.get(self.url + query, headers={"accept-language": header}).headers["Content-Language"]

    @pytest.mark.django_db
    def test_the_order(self, client: Client):
        client.force_login(User.objects.create_user("chen@example.com", "x", name="Chen", language="zh-hans"))
        self.url = reverse("account_email")
        assert self.language(client) == "zh-hans"  # the user's own before the browser's
        client.cookies["django_language"] = "en"
        assert self.language(client, header="zh-CN") == "en"
        assert self.language(client, query="?lang=zh-CN") == "zh-hans"
        assert self.language(client) == "zh-hans", "a ?lang= is remembered"

    @pytest.mark.parametrize(
        ("header", "language"),
        [
            ("zh", "zh-hans"),
            ("zh-CN", "zh-hans"),
            ("zh-Hans-CN,en;q=0.5", "zh-hans"),
            ("zh-TW", "zh-hans"),
            ("de,zh;q=0.8,en;q=0.5", "zh-hans"),
            ("en-US,zh;q=0.8", "en"),
            ("de", "en"),
            ("*", "en"),
            ("", "en"),
            ("x;;q=nonsense,,,", "en"),
        ],
    )
    @pytest.mark.django_db
    def test_what_the_browser_asks_for(self, client: Client, header, language):
        assert self.language(client, header=header) == language

    @pytest.mark.django_db
    @pytest.mark.parametrize("nonsense", ["xx", "../../etc", "zh\x00", ""])
    def test_an_unknown_language_changes_nothing(self, client: Client, nonsense):
        client.cookies["django_language"] = nonsense or "xx"
        assert self.language(client, query=f"?lang={nonsense}") == "en"

    @pytest.mark.django_db
    def test_the_switch_goes_back_to_the_same_page_without_script_and_token(self):
        client = Client(enforce_csrf_checks=True)
        response = client.post("/language/", {"language": "zh-hans", "next": "/portal/?state=open&lang=en"})
        assert response.status_code == 302
        assert response.url == "/portal/?state=open"
        assert self.language(client) == "zh-hans"
        client.post("/language/", {"language": "klingon", "next": "/"})
        assert self.language(client) == "zh-hans"

    @pytest.mark.parametrize(
        "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "\\\\evil"]
    )
    def test_the_switch_leads_nowhere_else(self, client: Client, target):
        assert client.post("/theme/", {"theme": "dark", "next": target})["Location"] == "/"

    def test_the_switch_is_a_post(self, client: Client):
        assert client.get("/language/").status_code == 405

    @pytest.mark.django_db
    def test_answers_differ_by_cookie_and_language(self, client: Client):
        assert {"Cookie", "Accept-Language"} <= set(client.get(self.url).headers["Vary"].split(", "))


def test_browsers_find_the_icon_by_themselves(client: Client):
    assert client.get("/favicon.ico")["Location"].endswith("favicon.svg")


@pytest.mark.django_db
def test_the_theme_is_kept_and_forces_the_page(client: Client):
    assert "data-theme" not in client.get("/accounts/login/").content.decode()
    client.post("/theme/", {"theme": "dark", "next": "/"})
    assert '<html lang="en" data-theme="dark">' in client.get("/accounts/login/").content.decode()
    client.post("/theme/", {"theme": "pink", "next": "/"})
    assert 'data-theme="dark"' in client.get("/accounts/login/").content.decode()
    client.post("/theme/", {"theme": "auto", "next": "/"})
    assert "data-theme" not in client.get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_times_are_told_in_the_users_own_zone(client: Client):
    user = User.objects.create_user("ana@example.com", "x", name="Ana", time_zone="America/Sao_Paulo", is_staff=True)
    client.force_login(user)
    assert "UTC−3" in client.get(reverse("ui:gallery")).content.decode()
    User.objects.update(time_zone="Mars/Olympus")
    assert "UTC+8" in client.get(reverse("ui:gallery")).content.decode()


class TestSecurityPolicy:
    """Strict everywhere but where a page of others needs more."""

    def policy(self, client: Client, url: str) -> dict[str, str]:
        header = client.get(url).headers["Content-Security-Policy"]
        return dict(each.split(" ", 1) for each in header.split("; "))

    @pytest.mark.django_db
    def test_our_pages_are_strict(self, client: Client):
        policy = self.policy(client, "/accounts/login/")
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["img-src"] == "'self'"

    @pytest.mark.django_db
    def test_the_console_gets_what_it_needs_and_no_more(self, client: Client):
        policy = self.policy(client, "/admin/login/")
        assert policy["script-src"] == "'self' 'unsafe-eval'"
        assert policy["style-src"] == "'self' 'unsafe-inline'"
        assert policy["default-src"] == policy["frame-ancestors"] == "'none'"

    def test_a_workbench_below_the_console_is_strict(self):
        from django.http import HttpResponse

        from shopops.ui.csp import strict_csp
        from shopops.ui.middleware import ContentSecurityPolicyMiddleware

        view = strict_csp(lambda request: HttpResponse("x"))
        response = ContentSecurityPolicyMiddleware(view)(RequestFactory().get("/admin/review/1/"))
        assert "unsafe" not in response.headers["Content-Security-Policy"]


ACCOUNT_PAGES = [
    "account/login.html",
    "account/signup.html",
    "account/signup_closed.html",
    "account/logout.html",
    "account/account_inactive.html",
    "account/password_reset.html",
    "account/password_reset_done.html",
    "account/password_reset_from_key.html",
    "account/password_reset_from_key_done.html",
    "account/password_change.html",
    "account/password_set.html",
    "account/email.html",
    "account/email_change.html",
    "account/email_confirm.html",
    "account/verification_sent.html",
    "account/verified_email_required.html",
    "account/reauthenticate.html",
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_an_account_page_is_ours(name, language):
    request = RequestFactory().get("/accounts/")
    request.user = User(name="Chen", email="chen@example.com")
    with translation.override(language):
        html = get_template(name).render({"user": request.user, "form": ResetPasswordForm()}, request)
    assert is_clean(html)
    assert html.count("<h1") == 1
    assert html.count('id="main"') == 1


@pytest.mark.django_db
def test_a_person_can_sign_up_change_the_password_and_reset_it(client: Client, mailoutbox):
    client.post(reverse("account_signup"), {"email": "new@example.com", "name": "New", "password1": "correct-horse-7"})
    assert User.objects.get(email="new@example.com").name == "New"
    for name in ("account_email", "account_change_password", "account_logout"):
        page = client.get(reverse(name))
        assert page.status_code == 200, name
        assert is_clean(page.content.decode())
    client.post(reverse("account_logout"))
    mailoutbox.clear()
    client.post(reverse("account_reset_password"), {"email": "new@example.com"})
    (mail,) = mailoutbox
    assert mail.subject == "Reset your password"
    link = re.findall(r"https?://[^/]+(/\S+)", mail.body)[0]
    page = client.get(link, follow=True)
    assert "Choose a new password" in page.content.decode()
    assert "no longer valid" in client.get("/accounts/password/reset/key/1-bad-token/").content.decode()


@pytest.mark.django_db
def test_wrong_sign_in_names_the_field_and_keeps_the_input(client: Client):
    page = client.post(reverse("account_login"), {"login": "nobody@example.com", "password": "x"}).content.decode()
    assert 'class="errors"' in page
    assert 'value="nobody@example.com"' in page


class TestNavigation:
    """Entries come in order; what does not fit a phone's bar goes below "More"."""

    @pytest.fixture(autouse=True)
    def _own_registry(self, monkeypatch):
        monkeypatch.setattr(navigation, "_items", type(navigation._items)("navigation entry"))

    def test_order_and_counts(self):
        navigation.register(NavItem("b", "bell", "B", "ui:gallery", count=lambda request: 3, order=20))
        navigation.register(NavItem("a", "home", "A", "ui:gallery", order=10))
        navigation.register(NavItem("gone", "home", "C", "nowhere:at_all", order=5))
        entries = navigation.items(HttpRequest())
        assert [(entry.key, entry.count) for entry in entries] == [("a", None), ("b", 3)]
        assert entries[0].url == "/ui/gallery/"

    def test_a_key_is_taken_once(self):
        from django.core.exceptions import ImproperlyConfigured

        navigation.register(NavItem("a", "home", "A", "ui:gallery"))
        with pytest.raises(ImproperlyConfigured):
            navigation.register(NavItem("a", "bell", "B", "ui:gallery"))

    def test_a_phone_has_room_for_four(self):
        for number in range(6):
            navigation.register(NavItem(f"k{number}", "home", "x", "ui:gallery", order=number))
        assert [entry.extra for entry in navigation.items(HttpRequest())] == [False] * 4 + [True] * 2
