"""Kinds of policy: the type that a document must have and the pack of defaults that ships with the app."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from shopops.accounts.roles import Role
from shopops.registry import Registry

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence in both languages, as policies carry them."""

    en: str
    zh: str

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return self.zh if (get_language() or "").startswith("zh") else self.en


def about(
    label: object,
    help_text: object = "",
    *,
    unit: str = "",
    choices: Mapping[Any, object] | None = None,
    match: tuple[str, ...] = (),
    **constraints: Any,
) -> msgspec.Meta:
    """Describe a field of a policy for people: `hours: Annotated[int, about(_("Time to answer"), unit="hours", ge=1)]`.

    `label` and `help_text` are lazy translations. `unit` is one of `words.UNITS`; "share" is a ratio that people read
    and type in percent. `choices` names the values that are allowed, by value. `match` says which fields identify an
    item of a list, so that a comparison finds it again at another place (default: `code`). `constraints` are those of
    msgspec.Meta (ge, le, pattern, …).
    """
    extra = {"label": label, "help": help_text, "unit": unit, "choices": choices, "match": match}
    return msgspec.Meta(extra={name: value for name, value in extra.items() if value}, **constraints)


@dataclass(frozen=True)
class Shown:
    """A trial as people read it: figures (words, in force, in shadow), then tables (caption, head, rows)."""

    figures: Sequence[tuple[str, str, str]] = ()
    tables: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]] = ()


@dataclass(frozen=True)
class Trial:
    """How a version in shadow is tried beside the one in force.

    `run(shadow, in_force, as_of)` computes what both would do at a moment, changes nothing, and returns the difference,
    small and JSON-able. `show(result)` says it in the language in use.
    """

    run: Callable[[Any, Any, dt.datetime], dict[str, Any]]
    show: Callable[[dict[str, Any]], Shown]


@dataclass(frozen=True)
class FurtherPack:
    """Another policy of the same kind: its key, what people call it, and the TOML file with its default."""

    key: str
    label: object
    pack: Path


@dataclass(frozen=True)
class PolicyKind:
    """`code` names the kind, `type` validates and types its body, `pack` is the TOML file with the default.

    `notice` names the audience (see NoticeAudience) that must be told ahead of every change, none when empty.
    `editors` are the roles that write drafts of this kind; whoever approves is another person. `trial` says what a
    version in shadow would have done; without one the console does not offer shadow. `further` are more policies of the
    kind, each with a key of its own, and `name` is then what the first one is called.
    """

    code: str
    label: object
    type: type[msgspec.Struct]
    pack: Path
    key: str = "default"
    notice: str = ""
    editors: tuple[Role, ...] = (Role.RISK_ANALYST, Role.SUPERVISOR)
    help_text: object = ""
    trial: Trial | None = None
    further: tuple[FurtherPack, ...] = ()
    name: object = ""

    @property
    def packs(self) -> tuple[FurtherPack, ...]:
        """All policies of the kind that ship with the app, the first one first."""
        return (FurtherPack(self.key, self.name or self.label, self.pack), *self.further)

    def name_of(self, key: str) -> str:
        """What the policy with this key is called, in the language in use."""
        known = next((str(each.label) for each in self.packs if each.key == key), "")
        return known or f"{self.label} ({key})"


@dataclass(frozen=True)
class NoticeAudience:
    """Who must be told ahead of a change: `recipients()` is a queryset of `.values_list(<user id>, <merchant id>)`."""

    code: str
    label: object
    recipients: Callable[[], "QuerySet[Any, tuple[int, int | None]]"]


kinds: Registry[PolicyKind] = Registry("policy kind")
notice_audiences: Registry[NoticeAudience] = Registry("notice audience")
