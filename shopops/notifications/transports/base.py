"""What carries messages out of the application, and the one error that says why it could not."""

import datetime as dt
from typing import Protocol

from shopops.notifications.models import Delivery, MessageText


class TransportError(Exception):
    """A message did not leave. The text is the other side's own words, for the ledger.

    `permanent`: the recipient's side refused it for good. `wait`: the service is away or refuses us, whoever the
    recipient is; everything can wait for so long and no attempt is used up. Neither: this one is tried again later.
    """

    def __init__(self, words: object, *, permanent: bool = False, wait: dt.timedelta | None = None) -> None:
        super().__init__(str(words))
        self.permanent = permanent
        self.wait = wait


class Transport(Protocol):
    """Carries the messages of one channel. Opened once per batch, closed at its end."""

    def open(self) -> None:
        """Connect; raises TransportError when the service is away."""

    def send(self, delivery: Delivery, text: MessageText) -> None:
        """Hand one message over; returns when the service has taken it, raises TransportError when it has not."""

    def close(self) -> None:
        """Let go of the connection; never raises."""
