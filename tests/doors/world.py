"""The marketplace that the walk goes through: merchant A with one of everything, all of it marked; merchant B; people.

A mark is a string that only some may ever read. Whoever gets a page with a mark that is not theirs has found a leak.
"""

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from merchants.models import Application, Document, HandOver, Invitation, Member, Merchant
from merchants.portal_roles import PortalRole, permissions_of
from shopops.accounts.models import User
from shopops.accounts.roles import Role
from shopops.accounts.roles import permissions_of as operator_permissions
from shopops.policies.models import PolicyVersion
from shopops.policies.services import load_packs
from tests.merchants.factories import png


@dataclass(frozen=True)
class Principal:
    """Somebody who knocks. `rights` are those in merchant A's portal, `permissions` an operator's."""

    name: str
    user: User | None = None
    rights: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    is_member: bool = False
    is_owner: bool = False
    token: str = ""

    @property
    def is_operator(self) -> bool:
        return bool(self.user and self.user.is_staff)


@dataclass(frozen=True)
class Mark:
    """A string, and who may read it: members of A with one of the rights in `right`, separated by spaces ("" every
    member, None no member but the owner), operators with one of `operators`."""

    text: str
    right: str | None
    operators: frozenset[str] = frozenset()

    def is_for(self, who: Principal) -> bool:
        if who.permissions & self.operators:
            return True
        if self.right is None:
            return who.is_owner
        return who.is_member and (not self.right or bool(who.rights & set(self.right.split())))


@dataclass
class World:
    """Everything that an address can be filled with."""

    shop: Merchant
    rival: Merchant
    principals: dict[str, Principal]
    marks: list[Mark] = field(default_factory=list)
    objects: dict[type[models.Model], models.Model] = field(default_factory=dict)
    platform_endpoint: int = 0
    #: Primary keys of things that are not their model's usual object, by what they are.
    known: dict[str, int] = field(default_factory=dict)

    def one(self, model: type[models.Model]) -> models.Model:
        """An object of this model that belongs to A; made from its fields when no recipe below makes one."""
        if model not in self.objects:
            self.objects[model] = (
                _belonging_to(self.shop, model) or model._default_manager.order_by("pk").first() or _make(self, model)
            )
        return self.objects[model]


def build() -> World:
    """Two shops, the people of the first in every role, an operator in every role, and marked things."""
    load_packs()
    shop = Merchant.objects.create(shop_name="QMshopA", external_id="QMexternalA", contact_name="QMcontactA")
    rival = Merchant.objects.create(shop_name="Rival", external_id="rival")
    world = World(shop, rival, _people(shop, rival))
    world.marks += [
        Mark("QMshopA", "", _all("merchants.view_merchant")),
        Mark("QMexternalA", "", _all("merchants.view_merchant")),
        Mark("QMcontactA", None, _all("merchants.unmask_personal_data")),
    ]
    recipes = (
        _onboarding, _opinion, _orders, _complaint, _warning, _score, _invitation, _window, _sign_in, _keys, _webhook
    )  # fmt: skip
    from tests.doors.recipes import RECIPES

    for recipe in (*recipes, *RECIPES):
        recipe(world)
    return world


def _all(*permissions: str) -> frozenset[str]:
    return frozenset(permissions)


def _user(name: str, **fields: Any) -> User:
    return User.objects.create_user(f"{name}@doors.example", "correct-horse-7", name=name, language="en", **fields)


def _people(shop: Merchant, rival: Merchant) -> dict[str, Principal]:
    found = [Principal("anonymous"), Principal("person without a shop", _user("nobody"))]
    for role in PortalRole.values:
        user = _user(f"a-{role}")
        Member.objects.create(merchant=shop, user=user, role=role)
        found.append(
            Principal(f"A's {role}", user, permissions_of(role), is_member=True, is_owner=role == PortalRole.OWNER)
        )
    other = _user("rival")
    Member.objects.create(merchant=rival, user=other)
    found.append(Principal("B's owner", other))
    found.append(Principal("operator without roles", _user("op", is_staff=True)))
    for role in Role.values:
        user = _user(f"op-{role}", is_staff=True, roles=[role])
        found.append(Principal(f"operator: {role}", user, permissions=frozenset(operator_permissions([role]))))
    return {each.name: each for each in found}


def owner(world: World) -> User:
    user = world.principals["A's owner"].user
    assert user is not None
    return user


def _onboarding(world: World) -> None:
    application = Application.objects.create(
        number="QMAPP", applicant=owner(world), shop_name="QMapplication", shop_type="individual", category="home",
        scope="QMscope", contact_name="QMapplicant",
    )  # fmt: skip
    version = PolicyVersion.objects.filter(kind="onboarding").first()
    Application.objects.filter(pk=application.pk).update(
        state="in_review", submitted_at=timezone.now(), submissions=1, policy_version=version
    )
    document = Document(
        application=application, merchant=world.shop, type="business_licence", original_name="QMdocument.png",
        content_type="image/png", size=1, sha256="0" * 64, number="QMdocumentnumber", uploaded_by=owner(world),
        expires_on=timezone.localdate() + dt.timedelta(days=4),
    )  # fmt: skip
    document.file.save("licence.png", ContentFile(png() + b"QMdocumentbytes"), save=False)
    document.save()
    for model in (Application, Document):
        world.objects[model] = model._default_manager.get()
    # The outside reviewer is asked about it, see _opinion.
    read = _all("merchants.view_application", "merchants.review_application", "screening.give_opinion")
    files = _all("merchants.view_document", "merchants.review_application", "screening.give_opinion")
    world.marks += [Mark(text, None, read) for text in ("QMAPP", "QMapplication", "QMscope")]
    world.marks += [Mark("QMapplicant", None, _all("merchants.unmask_personal_data"))]
    world.marks.append(Mark("QMdocumentbytes", "documents.view", files))
    # A warning that a document is about to end names it.
    named = files | _all("warnings.view_warning")
    world.marks += [
        Mark(text, "documents.view warnings.view", named) for text in ("QMdocument.png", "QMdocumentnumber")
    ]


def _opinion(world: World) -> None:
    """The outside reviewer of the house is asked about A's application; nobody else is."""
    from merchants.screening.models import OpinionRequest

    reviewer = world.principals["operator: external_reviewer"].user
    supervisor = world.principals["operator: supervisor"].user
    assert reviewer is not None and supervisor is not None
    world.objects[OpinionRequest] = OpinionRequest.objects.create(
        application=Application.objects.get(number="QMAPP"), submission=1,
        reviewer=reviewer,
        asked_by=supervisor,
    )  # fmt: skip


def _orders(world: World) -> None:
    from orders.models import Order, OrderLine, Review, Shipment

    now = timezone.now()
    order = Order.objects.create(
        merchant=world.shop, external_id="QMorder", placed_at=now, ship_by=now + dt.timedelta(days=2),
        promised_at=now + dt.timedelta(days=9), amount=1234500,
    )  # fmt: skip
    OrderLine.objects.create(
        merchant=world.shop, order=order, number=1, product_ref="QMproduct", title="QMtitle", quantity=1, unit_price=1
    )
    Shipment.objects.create(
        merchant=world.shop, order=order, external_id="QMparcel", tracking_no="QMtracking", shipped_at=now
    )
    Review.objects.create(
        merchant=world.shop, order=order, external_id="QMreview", created_at=now, rating=1, text="QMreviewtext"
    )
    view = _all("orders.view_order", "orders.view_shipment", "orders.view_review", "orders.view_orderline")
    texts = ("QMorder", "QMproduct", "QMtitle", "QMparcel", "QMtracking", "QMreview", "QMreviewtext")
    world.marks += [Mark(text, "orders.view", view) for text in texts]


def _complaint(world: World) -> None:
    from complaints.services import file_complaint

    file_complaint(
        merchant=world.shop, order_reference="QMreference", kind="quality", text="QMcomplaint",
        buyer_name="QMbuyer", buyer_contact="QMphone",
    )  # fmt: skip
    view = _all("complaints.view_complaint", "complaints.rule_complaint")
    world.marks += [
        Mark(text, "complaints.view", view) for text in ("QMreference", "QMcomplaint", "QMbuyer", "QMphone")
    ]


def _warning(world: World) -> None:
    """The marked document is about to end, which the rules in force warn of."""
    from shopops.jobs.services import run_job
    from warning_center.models import Warning

    run_job("check_risks")
    warning = Warning.objects.get(merchant=world.shop)
    world.objects[Warning] = warning
    world.marks.append(Mark(warning.number, "warnings.view", _all("warnings.view_warning")))


def _score(world: World) -> None:
    from shopops.jobs.services import run_job

    for job in ("update_counters", "score_merchants"):
        run_job(job)


def _invitation(world: World) -> None:
    invitee = _user("QMinvited")
    Invitation.objects.create(
        merchant=world.shop, invitee=invitee, email="QMinvited@doors.example", role="viewer", invited_by=owner(world)
    )
    world.marks.append(
        Mark("QMinvited@doors.example", "members.manage", _all("merchants.view_invitation", "accounts.view_user"))
    )
    manager = world.principals["A's manager"].user
    assert manager is not None
    HandOver.objects.create(merchant=world.shop, giver=owner(world), receiver=manager)


def _sign_in(world: World) -> None:
    from allauth.mfa.models import Authenticator

    from shopops.signin.models import Hold, SignIn

    later = timezone.now() + dt.timedelta(hours=1)
    rival = world.principals["B's owner"].user
    world.objects[Hold] = Hold.objects.create(
        user=_user("held"), since=timezone.now(), until=later, reasons=[], lifted_at=timezone.now(), lifted_by=rival,
        lifted_because="x",
    )  # fmt: skip
    world.objects[SignIn] = _make(world, SignIn, user=owner(world), email="QMsignin@doors.example")
    world.objects[Authenticator] = _make(
        world, Authenticator, user=_user("keyholder"), type="webauthn", data={"name": "QMsecuritykey"}
    )
    world.marks.append(Mark("QMsignin@doors.example", None, _all("signin.view_signin")))


def _window(world: World) -> None:
    from maintenance.models import Impact, Window

    window = Window.objects.create(
        title_en="Planned", title_zh="计划", starts_at=timezone.now() + dt.timedelta(days=9),
        ends_at=timezone.now() + dt.timedelta(days=9, hours=1), created_by=world.principals["operator: announcer"].user,
    )  # fmt: skip
    Impact.objects.create(window=window, service="shipping", audience="merchants", mode="down")


def _keys(world: World) -> None:
    """A's key is marked; B's key, with everything that a shop's key can do, is somebody who knocks."""
    from shopops.api import selectors
    from shopops.api.services import create_key

    key, _token = create_key(
        name="QMkey", scopes=_grantable(selectors, owner(world), world.shop), actor=owner(world),
        merchant_id=world.shop.pk,
    )  # fmt: skip
    world.objects[type(key)] = key
    world.marks.append(Mark("QMkey", "api.manage", _all("api.view_apikey")))
    rival = world.principals["B's owner"].user
    assert rival is not None
    _key, token = create_key(
        name="rival", scopes=_grantable(selectors, rival, world.rival), actor=rival, merchant_id=world.rival.pk
    )
    world.principals["B's key"] = Principal("B's key", token=token)


def _webhook(world: World) -> None:
    from shopops.webhooks.models import Delivery, Endpoint

    url = "https://qmhook.example/in"
    world.objects[Endpoint] = _make(world, Endpoint, merchant_id=world.shop.pk, url=url)
    world.objects[Delivery] = _make(world, Delivery, endpoint=world.objects[Endpoint])
    world.platform_endpoint = _make(world, Endpoint, merchant_id=None, url="https://platform.example/in").pk
    world.marks.append(Mark("qmhook.example", "api.manage", _all("webhooks.view_endpoint")))


def _grantable(selectors: Any, user: User, shop: Merchant) -> list[str]:
    return [scope.code for scope in selectors.grantable(user, shop.pk)]


def _belonging_to(shop: Merchant, model: type[models.Model]) -> models.Model | None:
    names = {each.name for each in model._meta.get_fields()}
    if "merchant" in names:
        return model._default_manager.filter(merchant=shop).order_by("pk").first()
    if "merchant_id" in names:
        return model._default_manager.filter(merchant_id=shop.pk).order_by("pk").first()
    return None


_numbers = itertools.count(1)


def _make(world: World, model: type[models.Model], **given: Any) -> Any:
    """An object with something in every field that must not be empty."""
    values: dict[str, Any] = {}
    for each in model._meta.concrete_fields:
        if each.name in given or isinstance(each, models.AutoField):
            continue
        value = _value(world, each)
        if value is not None:
            values[each.name] = value
    try:
        with transaction.atomic():
            return model._default_manager.create(**values, **given)
    except (IntegrityError, ValueError, TypeError) as error:
        raise AssertionError(
            f"No {model._meta.label} can be made from its fields alone ({error}). "
            "Add a recipe that makes one for merchant A to tests/doors/world.py."
        ) from error


def _value(world: World, each: Any) -> Any:
    if each.name in ("merchant", "merchant_id"):
        return world.shop if each.is_relation else world.shop.pk
    if each.has_default() or each.null or (getattr(each, "blank", False) and each.empty_strings_allowed):
        return None
    if each.is_relation:
        return owner(world) if each.related_model is User else world.one(each.related_model)
    if each.choices:
        return each.choices[0][0]
    makers: list[tuple[Any, Callable[[], Any]]] = [
        (models.DateTimeField, timezone.now),
        (models.DateField, timezone.localdate),
        (models.DurationField, lambda: dt.timedelta(hours=1)),
        (models.JSONField, dict),
        (ArrayField, list),
        (models.BooleanField, lambda: False),
        (models.BinaryField, lambda: b"x"),
        ((models.IntegerField, models.DecimalField, models.FloatField), lambda: 1),
        ((models.CharField, models.TextField), lambda: f"x{next(_numbers)}"[: each.max_length or 50]),
    ]
    return next((make() for kind, make in makers if isinstance(each, kind)), None)
