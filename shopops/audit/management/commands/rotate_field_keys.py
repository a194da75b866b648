"""`manage.py rotate_field_keys`: personal data under the first of FIELD_KEYS."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shopops.audit.rotation import Count, rotate_digests, rotate_keys


class Command(BaseCommand):
    help = (
        "Encrypt every stored piece of personal data with the first of FIELD_KEYS. Put the new key first, run this, "
        "and take the old key out when --check finds nothing. May be stopped and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only count; fails when an older key is still used.")
        parser.add_argument("--digests", action="store_true", help="Write the digests anew, after DIGEST_KEY changed.")

    def handle(self, *args: Any, **options: Any) -> None:
        rotate = rotate_digests if options["digests"] else rotate_keys
        counts: list[Count] = []
        try:
            for count in rotate(check_only=options["check"]):
                counts.append(count)
                self.stdout.write(
                    f"{count.column}: {count.values} values, {count.old} old, {count.written} written anew"
                )
        except InvalidToken:
            raise CommandError(
                "A stored value cannot be decrypted: the key it was written with is missing from FIELD_KEYS."
            ) from None
        old = sum(count.old for count in counts)
        if options["check"] and old:
            raise CommandError(f"{old} values still need the old key. Run `manage.py rotate_field_keys` first.")
        self.stdout.write(self.style.SUCCESS(f"{sum(count.values for count in counts)} values looked at."))
