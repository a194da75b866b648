"""Make the project's environment in .venv; `make install` calls this with any Python from 3.11 on.

Nothing is done again that is up to date: the environment while pyproject.toml, constraints.txt and the Python stay
the same, the compiled translations while the catalogues do. Uses the standard library only.
"""

import hashlib
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent
VENV = PROJECT_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
EXTRAS = ("embedded", "dev")
READING = "ocr"
PROJECT_FILE = PROJECT_DIR / "pyproject.toml"
CONSTRAINTS = PROJECT_DIR / "constraints.txt"


def main() -> None:
    """Bring environment and translations up to date."""
    environment = fingerprint([PROJECT_FILE, CONSTRAINTS, Path(__file__)], sys.version, str(VENV), *EXTRAS)
    if not is_current("environment", environment):
        make_environment()
        install_packages()
        remember("environment", environment)
        say("The environment is ready.")
    catalogues = fingerprint(sorted((PROJECT_DIR / "locale").rglob("*.po")), environment)
    if not is_current("translations", catalogues) or not all(
        path.with_suffix(".mo").exists() for path in (PROJECT_DIR / "locale").rglob("*.po")
    ):
        run(PYTHON, "-m", "shopops.i18n", "compile")
        remember("translations", catalogues)


def make_environment() -> None:
    """Create .venv, anew unless it belongs to this Python already."""
    if PYTHON.exists() and version_of(PYTHON) == sys.version:
        return
    say(f"Making the environment in {VENV} with Python {sys.version.split()[0]}")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True, check=False)
    if made.returncode:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        fail(
            f"{sys.executable} cannot make a virtual environment. On Debian and Ubuntu: "
            f"apt-get install python{version}-venv\n{made.stdout}{made.stderr}"
        )


def version_of(python: Path) -> str:
    """Return the full version of another Python, empty when it does not run or has no pip."""
    script = "import sys, pip; sys.stdout.write(sys.version)"
    return subprocess.run([python, "-c", script], capture_output=True, text=True, check=False).stdout


def install_packages() -> None:
    """Install with uv, which takes seconds; with pip when uv cannot be had or cannot reach the packages."""
    say("Installing packages")
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--constraint", CONSTRAINTS)
    extras = [part for name in EXTRAS for part in ("--extra", name)]
    uv = (PYTHON, "-m", "uv", "--quiet", "pip", "install", "--python", PYTHON, "--requirement", PROJECT_FILE)
    # Copies, not hard links into uv's cache: a change made in one environment must not reach another.
    copies = ("--link-mode", "copy", "--constraint", CONSTRAINTS)
    if not (attempt(*pip, "uv") and attempt(*uv, *extras, *copies)):
        say("uv could not install the packages, trying pip")
        run(*pip, *requirements())
    # Some machines have no wheels for it; everything else works without.
    if not (attempt(*uv, "--extra", READING, *copies) or attempt(*pip, *extra(READING))):
        say("Scanned licences will not be read here: the packages of the extra “ocr” could not be installed.")


def requirements() -> list[str]:
    """Return what pyproject.toml asks for, extras included."""
    project = tomllib.loads(PROJECT_FILE.read_text())["project"]
    return [*project["dependencies"], *(each for name in EXTRAS for each in extra(name))]


def extra(name: str) -> list[str]:
    """Return the packages of one extra of pyproject.toml."""
    packages: list[str] = tomllib.loads(PROJECT_FILE.read_text())["project"]["optional-dependencies"][name]
    return packages


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """Return a hash over the contents of files and some words."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes() + b"\0")
    for word in words:
        digest.update(word.encode() + b"\0")
    return digest.hexdigest()


def is_current(step: str, value: str) -> bool:
    """Whether a step was last finished with this fingerprint."""
    stamp = VENV / f".{step}-stamp"
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == value


def remember(step: str, value: str) -> None:
    """Note that a step is finished."""
    (VENV / f".{step}-stamp").write_text(value)


def attempt(*command: str | Path) -> bool:
    """Run a command and return whether it succeeded; its messages appear only when it did not."""
    done = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
    return done.returncode == 0


def run(*command: str | Path) -> None:
    """Run a command that must succeed."""
    done = subprocess.run(command, cwd=PROJECT_DIR, check=False)
    if done.returncode:
        fail(f"This failed: {' '.join(map(str, command))}")


def say(text: str) -> None:
    """Print a line of progress."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def fail(text: str) -> None:
    """End with an explanation."""
    sys.exit(text)


if __name__ == "__main__":
    main()
