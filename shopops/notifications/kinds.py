"""Kinds of message. An app registers its kinds in `AppConfig.ready` and ships two templates per kind:
`templates/messages/<code>.subject.txt` and `templates/messages/<code>.body.txt`, translated with gettext."""

from dataclasses import dataclass

from shopops.registry import Registry


@dataclass(frozen=True)
class MessageKind:
    """`code` is dotted ("merchants.application_approved"); `tone` is the design language's status."""

    code: str
    label: object
    tone: str = "info"
    channels: tuple[str, ...] = ("in_app", "email")


message_kinds: Registry[MessageKind] = Registry("message kind")
