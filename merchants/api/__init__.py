"""The merchants' part of /api/v1/, read-only."""
