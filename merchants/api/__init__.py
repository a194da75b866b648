"""The merchants' part of /api/v1/."""
