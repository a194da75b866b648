"""Changes and re-verification in /api/v1/."""
