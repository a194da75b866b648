"""Agreements: their texts as versions of a policy, who has to sign which, and signing.

A text that somebody signed stays readable and downloadable for ever: policy versions are never changed or deleted.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from merchants.errors import NotEditable, OnboardingError
from merchants.models import AgreementSigning, Application, Merchant, ShopType
from merchants.portal import MissingRight, may
from merchants.portal_roles import Permission
from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.policies.kinds import FurtherPack, PolicyKind, Text, about
from shopops.policies.models import PolicyVersion
from shopops.policies.selectors import typed

KIND = "agreement"
SIGNED = "merchants.agreement.signed"
_PACKS = Path(__file__).parent / "policies"
_State = PolicyVersion.State


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A clause with its heading; a line break begins a new paragraph."""

    code: Annotated[str, about(gettext_lazy("Code"), gettext_lazy("Stays when the wording changes."))]
    heading: Annotated[Text, about(gettext_lazy("Heading"))]
    text: Annotated[Text, about(gettext_lazy("Text"), gettext_lazy("A line break begins a new paragraph."))]


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a policy version of kind "agreement"."""

    title: Annotated[Text, about(gettext_lazy("Title"))]
    about: Annotated[
        Text, about(gettext_lazy("What it is about"), gettext_lazy("One sentence, shown beside the title."))
    ]
    sign_within_days: Annotated[
        int,
        about(
            gettext_lazy("Shops sign within"),
            gettext_lazy("From the day a version comes into force; applicants sign before they submit."),
            unit="days",
            ge=1,
            le=365,
        ),
    ]
    sections: Annotated[list[Section], about(gettext_lazy("Clauses"))]
    shop_types: Annotated[list[ShopType], about(gettext_lazy("For shop types"), gettext_lazy("None ticked: all."))] = []

    def __post_init__(self) -> None:
        if not self.sections:
            raise ValueError(_("An agreement needs at least one clause."))
        codes = [section.code for section in self.sections]
        if len(codes) != len(set(codes)):
            raise ValueError(_("Two clauses have the same code."))


@dataclass(frozen=True)
class AgreementVersion:
    """One version with its typed text."""

    version: PolicyVersion
    body: Agreement

    @property
    def pk(self) -> int:
        return self.version.pk

    @property
    def key(self) -> str:
        """Which agreement it is a version of."""
        return self.version.key

    @property
    def title(self) -> str:
        return str(self.body.title)

    @property
    def url(self) -> str:
        """The page on which it is read."""
        return reverse("merchants:agreement", args=[self.pk])

    @property
    def clauses(self) -> list[tuple[str, list[str]]]:
        """Heading and paragraphs of each clause, in the language in use."""
        return _clauses(self.body, get_language() or "en")

    def text(self, language: str) -> str:
        """The whole text in one language, as it is signed and downloaded."""
        blocks = [_in(self.body.title, language)]
        for heading, paragraphs in _clauses(self.body, language):
            blocks += [heading, *paragraphs]
        return "\n\n".join(blocks) + "\n"

    def text_hash(self, language: str) -> str:
        """SHA-256 of that text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text(language).encode()).hexdigest()

    def binds(self, shop_type: str) -> bool:
        """Whether shops of this type sign it; without a type yet every agreement counts."""
        return not self.body.shop_types or not shop_type or shop_type in self.body.shop_types


def _in(text: Text, language: str) -> str:
    return text.zh if language.startswith("zh") else text.en


def _clauses(body: Agreement, language: str) -> list[tuple[str, list[str]]]:
    return [
        (
            f"{number}. {_in(section.heading, language)}",
            [line.strip() for line in _in(section.text, language).splitlines() if line.strip()],
        )
        for number, section in enumerate(body.sections, 1)
    ]


def version_of(version: PolicyVersion) -> AgreementVersion:
    """A policy version of kind "agreement" with its text."""
    return AgreementVersion(version, typed(version, Agreement))


def _versions(*states: str) -> list[AgreementVersion]:
    order = [pack.key for pack in AGREEMENT.packs]
    found = PolicyVersion.objects.filter(kind=KIND, state__in=states).order_by("key", "effective_from", "number")
    ranked = sorted(found, key=lambda each: order.index(each.key) if each.key in order else len(order))
    return [version_of(each) for each in ranked]


def in_force() -> list[AgreementVersion]:
    """The agreements that count now, one version of each."""
    return _versions(_State.ACTIVE)


def upcoming() -> list[AgreementVersion]:
    """Approved versions that wait for their date; merchants were told of them."""
    return _versions(_State.SCHEDULED)


def published(pk: int) -> AgreementVersion | None:
    """A version that is, was, or will be in force; None for drafts and for other policies."""
    states = (_State.ACTIVE, _State.RETIRED, _State.SCHEDULED)
    found = PolicyVersion.objects.filter(pk=pk, kind=KIND, state__in=states).first()
    return version_of(found) if found else None


def history(key: str) -> list[AgreementVersion]:
    """Every published version of an agreement, the newest first."""
    states = (_State.ACTIVE, _State.RETIRED, _State.SCHEDULED)
    found = PolicyVersion.objects.filter(kind=KIND, key=key, state__in=states).order_by("-number")
    return [version_of(each) for each in found]


def asked(*, application: Application | None = None, merchant: Merchant | None = None) -> list[AgreementVersion]:
    """The versions in force that an applicant or a shop has to have signed."""
    shop = application or merchant
    if shop is None:
        raise ValueError("Name an application or a merchant.")
    return [each for each in in_force() if each.binds(shop.shop_type)]


def owed(*, application: Application | None = None, merchant: Merchant | None = None) -> list[AgreementVersion]:
    """Of those the ones that are not signed yet. What was signed with an application counts for its shop."""
    signings = (
        signings_of(merchant) if merchant is not None else AgreementSigning.objects.filter(application=application)
    )
    signed = set(signings.values_list("version_id", flat=True))
    return [each for each in asked(application=application, merchant=merchant) if each.pk not in signed]


def due(version: AgreementVersion) -> dt.datetime:
    """Until when a shop signs a version: so many days from the moment it came into force."""
    since = version.version.activated_at or version.version.effective_from or timezone.now()
    return since + dt.timedelta(days=version.body.sign_within_days)


def signings_of(merchant: Merchant) -> "models.QuerySet[AgreementSigning]":
    """What was signed for a shop, with its application or later, the latest first."""
    return AgreementSigning.objects.filter(
        models.Q(merchant=merchant) | models.Q(application__merchant=merchant)
    ).select_related("version", "signed_by")


@transaction.atomic
def sign(
    *,
    version: AgreementVersion,
    actor: User,
    language: str,
    application: Application | None = None,
    merchant: Merchant | None = None,
    network: str = "",
) -> AgreementSigning:
    """Record that `actor` agrees to a version; again it changes nothing and returns the first signing.

    `network` is the masked address (shopops.network.coarse_network). Raises OnboardingError when the version is not in
    force (any more), NotEditable for an application that is with the reviewers, MissingRight for a person of the shop
    who may not bind it.
    """
    if version.version.state != _State.ACTIVE:
        raise OnboardingError(
            _("“%(title)s” has changed in the meantime. Read the version in force, then sign it.")
            % {"title": version.title}
        )
    target: Application | Merchant
    of: dict[str, Any]
    if application is not None:
        target = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if target.state not in (Application.State.DRAFT, Application.State.NEEDS_INFO):
            raise NotEditable
        of = {"application": target}
    elif merchant is not None:
        target = Merchant.objects.select_for_update(of=("self",), no_key=True).get(pk=merchant.pk)
        if not may(actor, merchant.pk, Permission.AGREEMENTS_SIGN):
            raise MissingRight(Permission.AGREEMENTS_SIGN)
        of = {"merchant": target}
    else:
        raise ValueError("Name an application or a merchant.")
    signing, is_new = AgreementSigning.objects.get_or_create(
        version=version.version,
        **of,
        defaults={
            "signed_by": actor,
            "network": network,
            "language": language,
            "text_hash": version.text_hash(language),
        },
    )
    if is_new:
        audit.record(
            action=SIGNED,
            target=target,
            actor=actor,
            after={"agreement": str(version.version), "language": language, "text_hash": signing.text_hash},
        )
    return signing


AGREEMENT = PolicyKind(
    code=KIND,
    label=gettext_lazy("Agreement"),
    type=Agreement,
    pack=_PACKS / "agreements.service.toml",
    key="service",
    name=gettext_lazy("Agreement: merchant services"),
    further=(
        FurtherPack(
            "onboarding", gettext_lazy("Agreement: admission of merchants"), _PACKS / "agreements.onboarding.toml"
        ),
        FurtherPack(
            "personal_data", gettext_lazy("Agreement: personal information"), _PACKS / "agreements.personal_data.toml"
        ),
    ),
    notice="merchants",
    help_text=gettext_lazy("Applicants sign it before they submit; shops sign a new version once it is in force."),
)
