"""Messages, their words as sent, the ledger of deliveries, and what people prefer."""

from shopops.notifications.models.delivery import Delivery
from shopops.notifications.models.message import Message, MessageText
from shopops.notifications.models.preferences import Preferences

__all__ = ["Delivery", "Message", "MessageText", "Preferences"]
