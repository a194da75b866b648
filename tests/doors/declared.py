"""What doors asked for when somebody last looked: `declared.txt`, one line per route, reviewed like code.

New routes need no line: the walk takes them by what they declare. A route that has a line and declares something else
fails, so that a check that is taken away by mistake is noticed even where no answer shows it. After a change on
purpose, and to take new routes in:

    PYTHONPATH=.:warnings python -m tests.doors.declared
"""

from pathlib import Path

FILE = Path(__file__).parent / "declared.txt"


def now() -> dict[str, str]:
    """Route name → what it asks for: portal rights, console permissions, or scopes of the API."""
    from tests.doors import routes

    found = {}
    for route in routes.every():
        if route.needs is not None:
            asked = " / ".join(right or "any member" for right in dict.fromkeys(route.needs))
        elif route.console is not None:
            asked = " + ".join(route.console)
        elif route.actions:
            scopes = [(verb.upper(), route.scope(verb.upper())) for verb in sorted(route.actions)]
            asked = ", ".join(f"{verb} {scope.code}" for verb, scope in scopes if scope)
        else:
            continue
        found[route.name] = asked
    return found


def kept() -> dict[str, str]:
    """The lines of the file."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return dict(line.split(" = ", 1) for line in lines if line)


def main() -> None:
    """Write the file anew."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopops.settings")
    django.setup()
    FILE.write_text("".join(f"{name} = {asked}\n" for name, asked in sorted(now().items())), encoding="utf-8")


if __name__ == "__main__":
    main()
