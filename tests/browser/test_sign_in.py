"""Signing in with a second factor in a real browser: an app's code, and a security key (Chromium's virtual one)."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from tests.browser.looking import PASSWORD, address, assert_good, follow, keep, sign_in
from tests.signin.conftest import code_for

pytestmark = pytest.mark.browser


def plug_in_key(page: Page) -> None:
    """Give the browser a security key that is touched at once."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def confirm_password(page: Page) -> None:
    expect(page).to_have_url(address("/accounts/reauthenticate/"))
    page.fill("input[name=password]", PASSWORD)
    follow(page, "main button.primary")


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    follow(page, "main button.primary")


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh-CN", 390)])
def test_an_operator_signs_in_with_a_security_key(
    language: str, width: int, open_page: Callable[..., Page], make_user: Any, settings: Any
) -> None:
    settings.MFA_REQUIRED_FOR_OPERATORS = True
    lin = make_user("lin", roles=["reviewer"])
    page = open_page(language, width=width)
    plug_in_key(page)
    sign_in(page, lin.email)
    expect(page).to_have_url(address("/accounts/2fa/"))
    assert_good(page, f"second-factors-{language}")
    follow(page, "main a[href$='/webauthn/add/']")
    confirm_password(page)
    assert_good(page, f"key-add-{language}")
    page.fill("input[name=name]", "Desk key")
    follow(page, "#mfa_webauthn_add")
    expect(page).to_have_url(address("/accounts/2fa/recovery-codes/"))
    assert_good(page, f"recovery-codes-{language}")
    follow(page, "main a[href='/admin/']")
    expect(page).to_have_url(address("/admin/"))
    sign_out(page)
    sign_in(page, lin.email)
    expect(page).to_have_url(address("/accounts/2fa/authenticate/"))
    assert_good(page, f"second-step-{language}")
    follow(page, "#mfa_webauthn_authenticate")
    expect(page).to_have_url(address("/admin/"))
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None


def test_without_its_key_the_page_says_what_to_do(open_page: Callable[..., Page], make_user: Any) -> None:
    page = open_page(user=make_user("chen"))
    page.goto("/accounts/2fa/webauthn/add/")
    confirm_password(page)
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('cancelled')) }")
    page.click("#mfa_webauthn_add")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_good(page)


@pytest.mark.parametrize(("language", "width", "dark"), [("en", 1440, True), ("zh-CN", 390, False)])
def test_a_merchant_sets_up_an_app_and_looks_after_the_account(
    language: str, width: int, dark: bool, open_page: Callable[..., Page], make_user: Any
) -> None:
    chen = make_user("chen")
    page = open_page(language, width=width, dark=dark)
    sign_in(page, chen.email)
    page.goto("/accounts/security/")
    assert_good(page, f"security-{language}")
    follow(page, "main a[href='/accounts/2fa/']")
    follow(page, "main a[href$='/totp/activate/']")
    confirm_password(page)
    assert_good(page, f"app-{language}")
    page.locator("main details summary").click()
    secret = page.locator("main details .id").inner_text()
    page.fill("input[name=code]", code_for(secret))
    follow(page, "main button.primary")
    expect(page).to_have_url(address("/accounts/2fa/recovery-codes/"))
    page.goto("/accounts/sessions/")
    assert_good(page, f"sessions-{language}")
    page.goto("/accounts/sign-ins/")
    assert_good(page, f"sign-ins-{language}")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_console_shows_permissions_and_a_persons_sign_in(
    width: int, open_page: Callable[..., Page], make_user: Any
) -> None:
    chen, browser = make_user("chen"), open_page()
    sign_in(browser, chen.email)
    page = open_page("zh-CN", width=width, user=make_user("zhou", roles=["supervisor", "auditor"]))
    for name, url in (
        ("permissions", "/admin/permissions/"),
        ("person", f"/admin/accounts/user/{chen.pk}/sign-in/"),
        ("person-change", f"/admin/accounts/user/{chen.pk}/change/"),
        ("end-sessions", f"/admin/accounts/user/{chen.pk}/sign-in/end-sessions/"),
        ("sign-in-log", "/admin/signin/signin/"),
    ):
        page.goto(url)
        expect(page.locator("h1").first).to_be_visible()
        keep(page, f"console-{name}-{width}")
