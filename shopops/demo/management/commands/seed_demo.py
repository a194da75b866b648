from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from merchants.models import Merchant
from shopops.demo import api, marketplace


class Command(BaseCommand):
    help = "Fill an empty database with the demo marketplace; does nothing when there are merchants."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_DEPLOYED and not settings.DEBUG:
            raise CommandError(
                "This is a deployment (DATABASE_URL is set): the demo's people would be able to sign in."
            )
        if not Merchant.objects.exists():
            with transaction.atomic():
                marketplace.build()
        lines = [f"All passwords: {marketplace.password()}"]
        lines += [f"  {who.page:9} {who.email:32} {who.name} · {who.what}" for who in marketplace.sign_ins()]
        lines.append(f"  API key of the platform (docs/api.md): {api.demo_token()}")
        text = "\n".join(lines)
        path = settings.STATE_DIR / "sign-ins.txt"
        path.touch(mode=0o600, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
        self.stdout.write(text)
