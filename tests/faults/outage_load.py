"""What people do all the time, outage or not: file complaints, and try again when the answer was an error.

Run as a program with the settings in its environment. It prints the number of each complaint that was confirmed.
"""

import os
import sys
import time

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "shopops.settings"
    sys.path.insert(0, "warnings")
    django.setup()
    from django.db import DatabaseError, connection

    from complaints.services import file_complaint
    from merchants.models import Member, Merchant
    from shopops.accounts.models import User
    from shopops.accounts.roles import Role
    from shopops.webhooks.services import add_endpoint

    merchant = Merchant.objects.create(shop_name="Shop")
    owner = User.objects.create_user("owner@example.com", "correct-horse-7", name="Owner", language="en")
    Member.objects.create(merchant=merchant, user=owner)
    boss = User.objects.create_user("boss@example.com", "correct-horse-7", name="Boss", roles=[Role.SUPERVISOR])
    add_endpoint(url=sys.argv[1], events=["complaints.complaint.filed"], actor=boss)
    number = 0
    while True:
        number += 1
        confirmed = False
        while not confirmed:
            started = time.monotonic()
            try:
                file_complaint(
                    merchant=merchant,
                    order_reference=f"order-{number}",
                    kind="quality",
                    text="It does not work.",
                    buyer_name="Buyer",
                    buyer_contact="buyer@example.com",
                )
                confirmed = True
            except DatabaseError:
                connection.close()
                time.sleep(0.5)
            took = time.monotonic() - started
            print("confirmed" if confirmed else "failed", f"order-{number}", f"{took:.2f}", flush=True)
        time.sleep(0.1)


if __name__ == "__main__":
    main()
