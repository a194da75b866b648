"""What has to be over before a shop can go. Apps above register theirs in `AppConfig.ready`."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from merchants.models import Merchant
from shopops.registry import Registry


@dataclass(frozen=True)
class Finding:
    """How a condition stands for a shop: `text` says it in the language in use, `count` how many things are open.

    `url` is where operators see them, `portal_url` where the shop does.
    """

    met: bool
    text: str
    count: int = 0
    url: str = ""
    portal_url: str = ""


@dataclass(frozen=True)
class Condition:
    """`find` asks the database each time; it is asked again inside the transaction that closes the shop. None: the
    condition has nothing to do with this shop.

    Whether a shop may go with it open is the policy's to say (`exit`: conditions by kind).
    """

    code: str
    label: object
    find: Callable[[Merchant], Finding | None]


conditions: Registry[Condition] = Registry("exit condition")


def register(condition: Condition) -> Condition:
    """Add a condition; raises ImproperlyConfigured when its code is taken."""
    return conditions.register(condition)


@dataclass(frozen=True)
class Standing:
    """A condition as it stands: the finding, and whether it has to be met."""

    code: str
    label: str
    required: bool
    finding: Finding

    @property
    def blocks(self) -> bool:
        """Whether it keeps the shop from going."""
        return self.required and not self.finding.met


def standing(merchant: Merchant, required: Collection[str]) -> list[Standing]:
    """Every condition as it stands now, those that have to be met first."""
    found = [
        Standing(each.code, str(each.label), each.code in required, finding)
        for each in conditions
        if (finding := each.find(merchant)) is not None
    ]
    return sorted(found, key=lambda each: not each.required)
