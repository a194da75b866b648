"""E-mail, over one SMTP connection per batch, pipelined (RFC 2920) where the server offers it."""

import datetime as dt
import smtplib
from typing import Any

from django.core.mail import get_connection
from django.core.mail.message import sanitize_address

from shopops.notifications.emails import Envelopes
from shopops.notifications.models import Delivery, MessageText
from shopops.notifications.transports.base import TransportError

#: How long mail waits after the server was away or refused us.
SERVER_PAUSE = dt.timedelta(minutes=1)
#: SMTP answers of 500 and more are final, except "mailbox busy" relatives which servers answer below 500.
PERMANENT = 500
_OK = (250, 251)
_GOES_ON = 354
_CLOSING = 421


class MailTransport:
    """Django's e-mail settings name the server. A backend that is not SMTP (files, for the demo) works too."""

    def __init__(self) -> None:
        self._backend: Any = get_connection()
        self._envelopes = Envelopes()

    def open(self) -> None:
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            raise TransportError(error, wait=SERVER_PAUSE) from error

    def close(self) -> None:
        self._backend.close()

    def send(self, delivery: Delivery, text: MessageText) -> None:
        smtp = getattr(self._backend, "connection", None)
        try:
            if isinstance(smtp, smtplib.SMTP):
                recipient = sanitize_address(delivery.address, "utf-8")
                _post(smtp, self._envelopes.sender, recipient, self._envelopes.written(delivery, text, recipient))
            else:
                self._backend.send_messages([self._envelopes.mail(delivery, text)])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _words in error.recipients.values()]
            raise TransportError(error, permanent=all(code >= PERMANENT for code in codes)) from error
        except smtplib.SMTPDataError as error:
            raise TransportError(error, permanent=error.smtp_code >= PERMANENT) from error
        except (OSError, smtplib.SMTPException) as error:
            raise TransportError(error, wait=SERVER_PAUSE) from error


def _post(smtp: smtplib.SMTP, sender: str, recipient: str, mail: bytes) -> None:
    """Send one e-mail; raises what `smtplib.SMTP.sendmail` raises. `mail` has CRLF line ends and is not dot-stuffed."""
    smtp.ehlo_or_helo_if_needed()
    if not smtp.has_extn("pipelining") or not (sender + recipient).isascii():
        smtp.sendmail(sender, [recipient], mail)
        return
    smtp.send(f"mail FROM:<{sender}>\r\nrcpt TO:<{recipient}>\r\ndata\r\n".encode("ascii"))
    mail_answer, recipient_answer, data_answer = (smtp.getreply() for _command in range(3))
    if mail_answer[0] in _OK and recipient_answer[0] in _OK and data_answer[0] == _GOES_ON:
        smtp.send(mail)
        code, words = smtp.getreply()
        if code in _OK:
            return
        _tidy(smtp, code)
        raise smtplib.SMTPDataError(code, words)
    if data_answer[0] == _GOES_ON:
        smtp.send(b".\r\n")  # RFC 2920: the server waits for a text although it took no recipient
        smtp.getreply()
    _tidy(smtp, mail_answer[0], recipient_answer[0], data_answer[0])
    if mail_answer[0] not in _OK:
        raise smtplib.SMTPSenderRefused(*mail_answer, sender)
    if recipient_answer[0] not in _OK:
        raise smtplib.SMTPRecipientsRefused({recipient: recipient_answer})
    raise smtplib.SMTPDataError(*data_answer)


def _tidy(smtp: smtplib.SMTP, *codes: int) -> None:
    """Bring the conversation back to its start; raises SMTPServerDisconnected when the server ends it."""
    if _CLOSING in codes:
        smtp.close()
        raise smtplib.SMTPServerDisconnected("The server closed the conversation (421).")
    smtp.rset()
