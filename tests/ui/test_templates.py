"""What holds for every template of the project."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The console's own templates follow Unfold, which has another policy.
TEMPLATES = [
    path
    for path in sorted((ROOT / "templates").rglob("*.html"))
    # E-mails are no pages: mail programs read inline styles only.
    if "admin" not in path.relative_to(ROOT).parts and path.parent != ROOT / "templates/messages"
]
SPRITE = set(re.findall(r'<symbol id="([a-z]+)"', (ROOT / "static/ui/icons.svg").read_text()))

INLINE = {
    "an inline style": re.compile(r"\sstyle\s*=|<style"),
    # Data for a script is none: the policy lets it be, and nothing runs it.
    "an inline script": re.compile(r'<script(?![^>]*type="application/json")(?:(?![^>]*\ssrc=)|[^>]*>\s*[^<\s])'),
    "an inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']"),
    "an outside host": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//"),
    "a placeholder as label": re.compile(r'\splaceholder\s*=(?!"")'),
}


def name(path):
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_keeps_to_the_security_policy(path):
    text = path.read_text()
    for what, pattern in INLINE.items():
        assert not pattern.search(text), f"{what} in {name(path)}"


def icons_of(text):
    """Names of icons that a template writes out in icon, tag, btn, submit, empty_state and as icon="x"."""
    word = r"""(?:_\((?:"[^"]*"|'[^']*')\)|"[^"]*"|'[^']*'|[^\s"'%}=]+)"""
    found = re.findall(r'{%\s*icon\s+"([a-z]+)"', text) + re.findall(r'[\s]icon="([a-z]+)"', text)
    found += re.findall(r'{%\s*empty_state\s+"([a-z]+)"', text)
    found += re.findall(rf'{{%\s*tag\s+{word}\s+{word}\s+"([a-z]+)"', text)
    found += re.findall(rf'{{%\s*btn\s+{word}\s+{word}\s+{word}\s+"([a-z]+)"', text)
    found += re.findall(rf'{{%\s*submit\s+{word}\s+{word}\s+"([a-z]+)"', text)
    return set(found)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_an_icon_that_a_template_names_exists(path):
    assert icons_of(path.read_text()) <= SPRITE


def test_icons_that_python_names_exist():
    sources = [
        path
        for folder in ("shopops", "merchants", "orders", "warnings", "complaints", "maintenance")
        for path in (ROOT / folder).rglob("*.py")
    ]
    named = {icon for path in sources for icon in re.findall(r'\bicon="([a-z]+)"', path.read_text())}
    assert named <= SPRITE


def test_the_sprite_has_no_colours_of_its_own():
    sprite = (ROOT / "static/ui/icons.svg").read_text()
    assert not re.search(r"(?:fill|stroke)=\"#", sprite)


def test_every_part_says_what_it_takes():
    parts = sorted((ROOT / "templates/ui").glob("*.html"))
    assert parts
    undescribed = [path.name for path in parts if path.name != "gallery.html" and "{#" not in path.read_text()]
    assert not undescribed


def test_the_stylesheet_asks_no_other_host():
    css = (ROOT / "static/ui/shopops.css").read_text()
    assert "url(" not in css
    assert "@import" not in css
    assert css.count("{") == css.count("}")
