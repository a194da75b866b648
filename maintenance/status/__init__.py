"""The public status of the platform: one snapshot, shown as a page, as JSON, RSS and iCalendar."""
