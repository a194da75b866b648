"""Whether a translation can stand in for its original: same placeholders, same tags, same line ends."""

import re
from collections import Counter

_PERCENT_NAMED = re.compile(r"%\(([^)]+)\)[-+ #0]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]")
_PERCENT_POSITIONAL = re.compile(r"%[-+#0]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa](?![A-Za-z])")
_BRACES = re.compile(r"\{([A-Za-z_]\w*(?:[.\[][\w.\]]+)?|\d*)(?:![rsa])?(?::[^{}]*)?\}")
_TAG = re.compile(r"</?([a-zA-Z][\w-]*)[^<>]*>")


def differences(original: str, translated: str) -> list[str]:
    """Return what a translation has lost, gained or broken, as sentences; an empty list if nothing."""
    found: list[str] = []
    for read in (_named, _positional, _braces, _tags):
        wanted, given = read(original), read(translated)
        if wanted != given:
            found += [f"lacks {name}" for name in (wanted - given)]
            found += [f"has {name}, the original does not" for name in (given - wanted)]
    if _is_percent_format(original) and "%" in _without_placeholders(translated):
        found.append("has a single %: write %%")
    for end, name in ((str.startswith, "starts"), (str.endswith, "ends")):
        if end(original, "\n") != end(translated, "\n"):
            found.append(f"only one of the two {name} with a line break")
    return found


def _named(text: str) -> Counter[str]:
    return Counter({f"%({name})s": 1 for name in _PERCENT_NAMED.findall(text.replace("%%", ""))})


def _positional(text: str) -> Counter[str]:
    return Counter(_PERCENT_POSITIONAL.findall(_PERCENT_NAMED.sub("", text.replace("%%", ""))))


def _braces(text: str) -> Counter[str]:
    return Counter({f"{{{name}}}": 1 for name in _BRACES.findall(text)})


def _tags(text: str) -> Counter[str]:
    return Counter(match[0] if match[0].startswith("</") else f"<{match[1]}>" for match in _TAG.finditer(text))


def _is_percent_format(text: str) -> bool:
    return "%%" in text or bool(_PERCENT_NAMED.search(text))


def _without_placeholders(text: str) -> str:
    return _PERCENT_POSITIONAL.sub("", _PERCENT_NAMED.sub("", text.replace("%%", "")))
