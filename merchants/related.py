"""Who belongs together: shops and open applications that share a licence, a legal person, a phone, a bank account or a
device, or whose names are much alike. Set-based: a hop is two or three queries, however many it finds."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from merchants.models import Application, Merchant

Other = Merchant | Application

#: What can be shared, by the column of shops and applications that holds it. A shop's device is its application's.
KEYS = {"uscc": "uscc", "person": "id_digest", "phone": "phone_digest", "bank": "bank_digest"}
DEVICE = "device"
NAME = "name"
#: So many are looked at per hop and kind; who shares a number with more is no small circle, and a person sees that too.
MOST = 50
#: Similar names that are shown.
MOST_ALIKE = 10

_Values = dict[str, frozenset[str]]


@dataclass(frozen=True)
class Relation:
    """Another shop or application and what it shares with the one that was asked about. `alike`: how similar the names
    are (0 to 1), 0 when they are not."""

    other: Other
    shared: tuple[str, ...]
    alike: float = 0.0


@dataclass(frozen=True)
class Node:
    """A shop or application of the picture, `hop` steps from the middle."""

    other: Other
    hop: int

    @property
    def key(self) -> tuple[str, int]:
        return _key(self.other)


@dataclass(frozen=True)
class Edge:
    """Two nodes that share something; `one` is nearer to the middle."""

    one: tuple[str, int]
    other: tuple[str, int]
    shared: tuple[str, ...]


@dataclass
class Graph:
    """Who hangs together with an application. `cut`: there are more than are shown."""

    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    cut: bool = False


def direct(application: Application, *, similar: float = 0.0) -> list[Relation]:
    """Shops (first) and other open applications that share something with this one.

    With `similar`, those whose legal name or shop name is alike by at least that much are among them.
    """
    found = _sharing(_values([application]), seen={_key(application), *_own(application)})[0]
    alike = _alike(application, similar) if similar else {}
    relations = []
    for other in found:
        shared = _shared(application, other)
        likeness = alike.pop(_key(other), (None, 0.0))[1]
        relations.append(Relation(other, (*shared, NAME) if likeness else shared, likeness))
    relations += [Relation(other, (NAME,), likeness) for other, likeness in alike.values() if other is not None]
    return relations


def graph(application: Application, *, hops: int = 2, similar: float = 0.0) -> Graph:
    """The circle around an application: who shares something with it, and who with those."""
    made = Graph(nodes=[Node(application, 0)])
    seen = {_key(application), *_own(application)}
    first = direct(application, similar=similar)
    made.nodes += [Node(each.other, 1) for each in first]
    made.edges += [Edge(_key(application), _key(each.other), each.shared) for each in first]
    made.cut = len(first) >= MOST
    seen |= {_key(each.other) for each in first}
    edge_of = [each.other for each in first]
    asked = _values([application])
    for hop in range(2, hops + 1):
        # Who shares what was asked for before is nearer; of a crowd that was cut, it stays cut.
        values = {name: those - asked[name] for name, those in _values(edge_of).items()}
        asked = {name: those | values[name] for name, those in asked.items()}
        found, cut = _sharing(values, seen=seen)
        made.cut = made.cut or cut
        for other in found:
            links = [Edge(_key(near), _key(other), shared) for near in edge_of if (shared := _shared(near, other))]
            if links:
                made.nodes.append(Node(other, hop))
                made.edges += links
        seen |= {_key(other) for other in found}
        edge_of = found
    return made


def waiting_for_review(changed: Other) -> list[int]:
    """The ids of applications that reviewers have and that share something with a shop or application that changed."""
    values = _values([changed])
    shared = _any_of(values)
    if values[DEVICE]:
        shared |= Q(device_id__in=values[DEVICE])
    if not shared:
        return []
    others = Application.objects.filter(shared, state__in=Application.WITH_REVIEW)
    if isinstance(changed, Application):
        others = others.exclude(pk=changed.pk)
    return list(others.values_list("pk", flat=True)[: MOST * 4])


def _key(other: Other) -> tuple[str, int]:
    return ("shop" if isinstance(other, Merchant) else "application"), other.pk


def _own(application: Application) -> list[tuple[str, int]]:
    """The shop that the application itself became."""
    return [("shop", application.merchant_id)] if application.merchant_id else []


def _values(others: Iterable[Other]) -> _Values:
    """What they have that others may have too."""
    listed = list(others)
    values = {
        name: frozenset(value for each in listed if (value := getattr(each, column))) for name, column in KEYS.items()
    }
    values[DEVICE] = frozenset(value for each in listed if (value := _device(each)))
    return values


def _device(other: Other) -> str:
    if isinstance(other, Application):
        return other.device_id
    if not hasattr(other, "device_of_application"):
        devices = Application.objects.filter(merchant=other).values_list("device_id", flat=True)
        other.device_of_application = devices.first()  # type: ignore[attr-defined]
    return str(getattr(other, "device_of_application", None) or "")


def _any_of(values: _Values) -> Q:
    wanted = Q()
    for name, column in KEYS.items():
        if values[name]:
            wanted |= Q(**{f"{column}__in": values[name]})
    return wanted


def _sharing(values: _Values, *, seen: set[tuple[str, int]]) -> tuple[list[Other], bool]:
    """Shops, then open applications with one of these values, without those seen; and whether some were left out."""
    shared = _any_of(values)
    shops, applications = shared, shared
    if values[DEVICE]:
        with_device = Application.objects.filter(device_id__in=values[DEVICE], merchant__isnull=False)
        shops |= Q(pk__in=list(with_device.values_list("merchant_id", flat=True)[:MOST]))
        applications |= Q(device_id__in=values[DEVICE])
    if not shops and not applications:
        return [], False
    seen_shops = [pk for kind, pk in seen if kind == "shop"]
    seen_applications = [pk for kind, pk in seen if kind == "application"]
    found_shops = list(_shops().filter(shops).exclude(pk__in=seen_shops).order_by("pk")[: MOST + 1])
    others = Application.objects.filter(applications, state__in=Application.OPEN).exclude(pk__in=seen_applications)
    found_others = list(others.order_by("pk")[: MOST + 1])
    cut = len(found_shops) > MOST or len(found_others) > MOST
    return [*found_shops[:MOST], *found_others[:MOST]], cut


def _shops() -> QuerySet[Merchant]:
    """Shops with the device that their application came from."""
    return Merchant.objects.annotate(device_of_application=F("application__device_id"))


def _shared(one: Other, other: Other) -> tuple[str, ...]:
    shared = [
        name for name, column in KEYS.items() if getattr(one, column) and getattr(one, column) == getattr(other, column)
    ]
    if _device(one) and _device(one) == _device(other):
        shared.append(DEVICE)
    return tuple(shared)


def _alike(application: Application, least: float) -> dict[tuple[str, int], tuple[Other | None, float]]:
    """Shops and open applications with a similar legal name or shop name, the most similar first."""
    names = {"legal_name": application.legal_name, "shop_name": application.shop_name}
    names = {column: name for column, name in names.items() if name}
    if not names:
        return {}
    wanted = Q()
    for column, name in names.items():
        wanted |= Q(**{f"{column}__trigram_similar": name})
    likeness = [TrigramSimilarity(column, name) for column, name in names.items()]
    alike = Greatest(*likeness) if len(likeness) > 1 else likeness[0]
    with transaction.atomic():
        # The operator that the index answers compares with this setting, for the rest of the transaction.
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(least)])
        shops = _shops().filter(wanted).exclude(pk=application.merchant_id or 0)
        others = Application.objects.filter(wanted, state__in=Application.OPEN).exclude(pk=application.pk)
        found: list[Other] = [
            *shops.annotate(alike=alike).order_by("-alike", "pk")[:MOST_ALIKE],
            *others.annotate(alike=alike).order_by("-alike", "pk")[:MOST_ALIKE],
        ]
    found.sort(key=lambda each: -float(getattr(each, "alike", 0)))
    return {_key(each): (each, round(float(getattr(each, "alike", 0)), 3)) for each in found[:MOST_ALIKE]}
