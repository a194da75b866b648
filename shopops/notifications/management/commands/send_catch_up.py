"""`manage.py send_catch_up`: after an outage, one e-mail to each who may have missed messages."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from shopops.accounts.models import User
from shopops.notifications.digest import digest_since, missed_between


class Command(BaseCommand):
    help = (
        "Send everybody who has unread messages from an outage one message that lists them. Times as "
        "2026-11-20T02:00; without an offset they are marketplace time. Safe to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("start", help="when messages began to get lost")
        parser.add_argument("end", help="when they no longer did")
        parser.add_argument("--email", help="only this person")

    def handle(self, *args: Any, **options: Any) -> None:
        start, end = _moment(options["start"]), _moment(options["end"])
        if start >= end:
            raise CommandError("The start must be before the end.")
        people = missed_between(start, end)
        if options["email"]:
            people = User.objects.filter(email__iexact=options["email"], is_active=True)
            if not people:
                raise CommandError(f"Nobody signs in as {options['email']}.")
        told = sum(digest_since(user, start, end) is not None for user in people)
        self.stdout.write(f"{told} people were told.")


def _moment(text: str) -> dt.datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"Not a time: {text!r}. Write it as 2026-11-20T02:00.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
