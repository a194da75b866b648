"""How outcomes of checks look."""

TONES = {"fail": "danger", "unsure": "caution", "pass": "ok"}
ICONS = {"fail": "cross", "unsure": "unsure", "pass": "ok"}
