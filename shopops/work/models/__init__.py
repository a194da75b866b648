"""Whatever a person must look at, of every app: what waits, what happened to it, who reads it a second time."""

from shopops.work.models.history import Handover, WorkEvent
from shopops.work.models.items import Risk, WorkClock, WorkItem, WorkReason
from shopops.work.models.people import OperatorSkill
from shopops.work.models.reading import SecondRead

__all__ = ["Handover", "OperatorSkill", "Risk", "SecondRead", "WorkClock", "WorkEvent", "WorkItem", "WorkReason"]
