"""The orders' part of /api/v1/, read-only."""
