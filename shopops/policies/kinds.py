"""Kinds of policy: the type that a document must have and the pack of defaults that ships with the app."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from shopops.registry import Registry


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence in both languages, as policies carry them."""

    en: str
    zh: str

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return self.zh if (get_language() or "").startswith("zh") else self.en


@dataclass(frozen=True)
class PolicyKind:
    """`code` names the kind, `type` validates and types its body, `pack` is the TOML file with the default."""

    code: str
    label: object
    type: type[msgspec.Struct]
    pack: Path
    key: str = "default"


kinds: Registry[PolicyKind] = Registry("policy kind")
