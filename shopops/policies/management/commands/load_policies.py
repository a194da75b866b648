from typing import Any

from django.core.management.base import BaseCommand

from shopops.policies.services import load_packs


class Command(BaseCommand):
    help = "Publish the default policy of every kind that has none; newer packs become drafts."

    def handle(self, *args: Any, **options: Any) -> None:
        for version in load_packs():
            self.stdout.write(f"{version}: {version.get_state_display()}")
