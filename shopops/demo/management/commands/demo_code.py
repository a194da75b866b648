from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shopops.demo import signin


class Command(BaseCommand):
    help = f"Print the code that the authenticator app of {signin.EMAIL} (demo) shows now."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_DEPLOYED and not settings.DEBUG:
            raise CommandError("This is a deployment: codes come from the authenticator app of their owner.")
        code = signin.code()
        if not code:
            raise CommandError(f"{signin.EMAIL} has no authenticator app. Fill the demo with: make run")
        self.stdout.write(code)
