"""Maintenance windows, what they hit, the notices about them, and incidents."""

from maintenance.models.choices import Audience, Kind, Mode
from maintenance.models.impact import Impact
from maintenance.models.incident import Incident
from maintenance.models.notice import NoticePoint
from maintenance.models.window import Window

__all__ = ["Audience", "Impact", "Incident", "Kind", "Mode", "NoticePoint", "Window"]
