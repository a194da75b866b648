"""What the documentation names is there: files behind links, commands, targets of make."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
COMMAND = re.compile(r"\bmanage\.py ([a-z]\w*)")
#: At the start of a line of code or of a `span`; options and variables may stand before the target.
TARGET = re.compile(r"(?:^[ $]*|`)make((?: +[^\s`#|;&]+)+)", re.MULTILINE)

pytestmark = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def test_every_relative_link_leads_to_a_file(document):
    targets = {first or second for first, second in LINK.findall(without_code(document.read_text("utf-8")))}
    paths = {target.split("#")[0] for target in targets if not re.match(r"[a-z]+:|//|#", target)}
    assert not sorted(path for path in paths if not (document.parent / path).exists())


def test_every_management_command_exists(document):
    assert not set(COMMAND.findall(document.read_text("utf-8"))) - set(get_commands())


def test_every_target_of_make_exists(document):
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        word
        for words in TARGET.findall(code(document.read_text("utf-8")))
        for word in words.split()
        if "=" not in word and re.fullmatch(r"[a-z][\w-]*", word)
    }
    assert not named - targets


def code(text: str) -> str:
    """Blocks of code, and spans with their first backtick."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`[^`\n]+", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return "\n".join([*blocks, *spans])


def without_code(text: str) -> str:
    """The text without blocks and spans of code: links in them are examples."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
