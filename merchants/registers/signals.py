"""Who hears of an answer: floors above connect, registers know none of them."""

from django.dispatch import Signal

#: Sent inside the transaction that keeps an answer, or that notes that none came; arguments: uscc.
answered = Signal()
