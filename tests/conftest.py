"""Fixtures that every test may use."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone, translation

from tests.mail import Sink, smtp_sink


def pytest_configure() -> None:
    """Hash passwords cheaply: tests make many users."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.OCR = False  # an eager task would read every licence; tests/ocr switches it on
    settings.MFA_REQUIRED_FOR_OPERATORS = False  # operators are signed in directly; tests/signin switches it on


@pytest.fixture(autouse=True)
def _english_in_marketplace_time() -> None:
    """A request activates its reader's language and zone; the next test must not inherit them."""
    translation.activate("en")
    timezone.deactivate()


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """A real SMTP server that the application sends its e-mail to."""
    with smtp_sink() as (server, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield server


@pytest.fixture
def make_user(db: None) -> Any:
    """Create users by a short name: make_user("lin", roles=["reviewer"])."""
    from shopops.accounts.models import User

    def make(name: str = "chen", roles: tuple[str, ...] | list[str] = (), **fields: Any) -> User:
        fields.setdefault("is_staff", bool(roles))
        return User.objects.create_user(
            f"{name}@example.com", "correct-horse-7", name=name, roles=list(roles), **fields
        )

    return make
