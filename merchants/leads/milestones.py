"""What happens after the approval, told by the apps above: the first order, the first review."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models.expressions import BaseExpression

from shopops.registry import Registry


@dataclass(frozen=True)
class Milestone:
    """`first_at` takes the name of the column with a merchant's id and gives the moment it first happened there."""

    code: str
    label: object
    first_at: Callable[[str], BaseExpression]


milestones: Registry[Milestone] = Registry("milestone")
