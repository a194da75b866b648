"""`manage.py webhook_docs`: bring the list of events in docs/webhooks.md up to date."""

from typing import Any

from django.core.management.base import BaseCommand

from shopops.webhooks.documenting import PAGE, with_catalogue


class Command(BaseCommand):
    """Rewrites the generated part of the page."""

    help = "Write the list of webhook events into docs/webhooks.md."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(with_catalogue(PAGE.read_text()))
        self.stdout.write(f"Wrote {PAGE.name}.")
