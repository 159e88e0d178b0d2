"""How a notification leaves this program: the log by default, e-mail over SMTP, and others through Apprise."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formatdate
from mimetypes import guess_type
from typing import Any, Protocol
from urllib.parse import parse_qs, quote, unquote, urlsplit

from dispatch.messaging.recipients import EMAIL, LOG
from dispatch.settings import Settings
from dispatch.store.files import Files
from dispatch.store.tables import Notification

_TIMEOUT = 20

log = logging.getLogger(__name__)


class Undeliverable(Exception):  # noqa: N818
    """It will never arrive: trying again is of no use."""


class Adapter(Protocol):
    """Sends by one channel."""

    def send(self, notification: Notification) -> None:
        """Send it. Raises anything where that failed, and :class:`Undeliverable` where it always will."""


class LogAdapter:
    """Writes that somebody would have been told: who (an id), the subject and what is attached, nothing personal."""

    def send(self, notification: Notification) -> None:
        attached = f" (with {notification.attachment_name})" if notification.attachment else ""
        log.info("to %s by %s: %s%s", notification.recipient, notification.channel, notification.subject, attached)


class SmtpAdapter:
    """E-mail. The URL: ``smtp://user:password@host:587?from=dispatch@example.org``, ``smtps`` for TLS from the start.

    ``smtp`` goes over to TLS where the server offers it, and refuses to send a password where it does not. What is
    attached to a notification is read from ``files`` when it is sent.
    """

    def __init__(self, url: str, files: Files | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("FIELDWRIGHT_SMTP_URL must look like smtp://user:password@host:587?from=me@example.org")
        self._host, self._tls = parts.hostname, parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        sender = parse_qs(parts.query).get("from", [""])[0]
        self._files = files
        self._sender = sender or (self._user if "@" in self._user else f"fieldwright@{self._host}")

    def send(self, notification: Notification) -> None:
        message = EmailMessage()
        message["From"], message["To"] = self._sender, notification.address
        message["Subject"] = " ".join(notification.subject.split())
        message["Date"] = formatdate()
        # The same on every attempt, so that a mailbox can tell that it has it already.
        message["Message-ID"] = f"<{notification.id}@{self._sender.rpartition('@')[2]}>"
        message.set_content(notification.body)
        if notification.attachment:
            self._attach(message, notification.attachment, notification.attachment_name or notification.attachment)
        try:
            with self._connection() as connection:
                connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if all(500 <= code < 600 for code in codes):
                raise Undeliverable(f"the mail server refuses the recipient ({codes})") from error
            raise

    def _attach(self, message: EmailMessage, digest: str, name: str) -> None:
        if self._files is None:
            raise Undeliverable("something is attached, and nobody said where files lie")
        kind, _, form = (guess_type(name)[0] or "application/octet-stream").partition("/")
        message.add_attachment(self._files.read(digest), maintype=kind, subtype=form, filename=name)

    def _connection(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT, context=context)
        else:
            connection = smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT)
        try:
            connection.ehlo()
            if not self._tls and connection.has_extn("starttls"):
                connection.starttls(context=context)
                connection.ehlo()
            elif not self._tls and self._user:
                raise smtplib.SMTPNotSupportedError("the mail server offers no TLS, so it gets no password")
            if self._user:
                connection.login(self._user, self._password)
        except BaseException:
            connection.close()
            raise
        return connection


class AppriseAdapter:
    """SMS, push or chat by an Apprise URL. ``{address}`` in it is replaced by the address of the recipient."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, notification: Notification) -> None:
        if notification.attachment:
            raise Undeliverable("Apprise does not carry what is attached; set FIELDWRIGHT_SMTP_URL")
        import apprise  # it loads more than a hundred services, which an operation without it need not wait for

        service: Any = apprise.Apprise()
        if not service.add(self._url.replace("{address}", quote(notification.address, safe=""))):
            raise Undeliverable(f"FIELDWRIGHT_NOTIFY_URLS has no valid Apprise URL for {notification.channel}")
        if not service.notify(title=notification.subject, body=notification.body):
            raise ConnectionError(f"the service for {notification.channel} did not take the notification")


def adapters_for(settings: Settings) -> Mapping[str, Adapter]:
    """The adapter of each channel that is set up; :data:`LOG` is for all others."""
    adapters: dict[str, Adapter] = {LOG: LogAdapter()}
    if settings.smtp_url is not None:
        adapters[EMAIL] = SmtpAdapter(settings.smtp_url.get_secret_value(), Files.of(settings))
    for channel, url in settings.notify_urls.items():
        adapters[channel] = AppriseAdapter(url.get_secret_value())
    return adapters
