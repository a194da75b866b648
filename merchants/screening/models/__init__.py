"""Verdicts of the auto-approval rule, stops of it, and opinions of outside reviewers."""

from merchants.screening.models.opinion import OpinionRequest
from merchants.screening.models.verdict import Stop, Verdict

__all__ = ["OpinionRequest", "Stop", "Verdict"]
