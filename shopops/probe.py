"""`python -m shopops.probe web|worker|beat`: the health checks of the containers; exit status 0 means alive."""

import os
import sys

from shopops.embedded.health import ask


def main(part: str) -> int:
    """Look at one part of the installation and print what is wrong with it."""
    if part == "web":
        # Only reachability: a web server without a worker still serves pages and must not be restarted for it.
        name = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".*") or "localhost"
        answer = ask("127.0.0.1", int(os.environ.get("PORT", "8000")), name=name)
        state = answer.parts.get("database", "no answer")
    else:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopops.settings")
        from shopops.health import signs_of_life

        state = signs_of_life()[part]
    if state != "ok":
        sys.stderr.write(f"{part}: {state}\n")
    return 0 if state == "ok" else 1


if __name__ == "__main__":
    if sys.argv[1:] not in (["web"], ["worker"], ["beat"]):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
