"""Secrets of second factors follow when FIELD_KEYS change."""

import io

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from tests.signin.conftest import code_for, with_totp


def rotate(*arguments: str) -> str:
    out = io.StringIO()
    call_command("rotate_field_keys", *arguments, stdout=out)
    return out.getvalue()


def test_rotation_writes_them_anew_and_they_go_on_working(make_user, settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_KEYS = [old]
    user = make_user("lin")
    secret = with_totp(user)
    codes = RecoveryCodes.activate(user).generate_codes()
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Yubi", "credential": {}})
    settings.FIELD_KEYS = [new, old]
    with pytest.raises(CommandError, match="2 values still need the old key"):
        rotate("--check")
    assert "mfa.Authenticator.data: 2 values, 2 old, 2 written anew" in rotate()
    assert "mfa.Authenticator.data: 2 values, 0 old, 0 written anew" in rotate()
    settings.FIELD_KEYS = [new]
    rotate("--check")
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(code_for(secret))
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).generate_codes() == codes
    assert Authenticator.objects.get(type="webauthn").data == {"name": "Yubi", "credential": {}}


def test_a_missing_key_is_told_by_its_setting(make_user, settings):
    user = make_user("lin")
    with_totp(user)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        TOTP(Authenticator.objects.get(type="totp")).validate_code("000000")
