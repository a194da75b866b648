"""`python -m shopops.embedded run | prepare | reset`: what `make` calls."""

import shutil
import sys

from . import places
from .demo import Demo
from .locks import FileLock
from .places import EmbeddedError


def prepare() -> int:
    """Bring the database up to date and fill an empty one with the demo marketplace."""
    import django
    from django.core.management import CommandError, call_command

    django.setup()
    from shopops.health import forget_signs

    forget_signs()
    try:
        call_command("migrate", interactive=False)
        call_command("load_policies")
        call_command("seed_demo")
    except CommandError as error:
        raise EmbeddedError(str(error)) from error
    return 0


def reset() -> int:
    """Delete the data of the demo: database, messages, uploads, mail. Raises EmbeddedError while it is in use."""
    state, home = places.state_dir(), places.postgres_home()
    for server in ("postgres", "valkey"):
        users = FileLock(places.make_folder(state / "run") / f"{server}.users")
        if not users.try_exclusive():
            raise EmbeddedError(f"The data in {state} is in use. Stop `make run` first.")
    for folder in (*home.glob("postgres-*"), *(state / name for name in ("valkey", "media", "mail", "logs"))):
        shutil.rmtree(folder, ignore_errors=True)
    for name in ("sign-ins.txt", "beat-schedule"):
        for path in state.glob(f"{name}*"):
            path.unlink()
    return 0


def main(arguments: list[str]) -> int:
    """Run one of the commands and return its exit status."""
    commands = {"run": lambda: Demo().run(), "prepare": prepare, "reset": reset}
    command = commands.get(arguments[0]) if len(arguments) == 1 else None
    if command is None:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        return command()
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
