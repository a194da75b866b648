"""Exits, their settlement, and the records that leave with a merchant."""

from merchants.exits.models.choices import OPEN, REVOCABLE, Flow, Kind, State
from merchants.exits.models.exit import Exit
from merchants.exits.models.record import RecordExport
from merchants.exits.models.settlement import SettlementStep

__all__ = ["OPEN", "REVOCABLE", "Exit", "Flow", "Kind", "RecordExport", "SettlementStep", "State"]
