#!/usr/bin/env python
"""Django's command line; commands that need PostgreSQL and Valkey adopt the running embedded ones or start them."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent
# Commands that touch neither the database nor the broker.
WITHOUT_SERVERS = {
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "startapp",
    "version",
}


def main(arguments: list[str]) -> None:
    """Run one command."""
    _enter_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopops.settings")
    try:
        from django.core.management import execute_from_command_line

        from shopops import embedded
    except ModuleNotFoundError as error:
        sys.exit(f"The package {error.name} is not installed. Run: make install")
    if arguments[1:2] == ["runserver"]:
        from django.core.management.commands.runserver import Command

        Command.default_port = os.environ.get("PORT") or "8000"
    try:
        with ExitStack() as servers:
            if _needs_servers(arguments[1:]):
                servers.enter_context(embedded.running())
            execute_from_command_line(arguments)
    except embedded.EmbeddedError as error:
        sys.exit(str(error))


def _enter_environment() -> None:
    """Start again with the project's own environment when called with a Python outside of any."""
    own = PROJECT_DIR / ".venv" / "bin" / "python"
    if sys.prefix == sys.base_prefix and own.exists():
        os.execv(own, [str(own), *sys.argv])  # noqa: S606 - a fixed path, no shell


def _needs_servers(arguments: list[str]) -> bool:
    asks_for_help = not arguments or bool({"-h", "--help", "--version"} & set(arguments))
    return not asks_for_help and arguments[0] not in WITHOUT_SERVERS


if __name__ == "__main__":
    main(sys.argv)
