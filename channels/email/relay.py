"""The SMTP server that takes our mail: one mail at a time, over a connection that is kept open
while there is more to send.

The dangerous moment of SMTP is between the text and the server's answer: if the line breaks there,
nobody knows whether the mail was taken (RFC 1047). That case has an error of its own.
"""

import re
import smtplib
import ssl
from collections.abc import Callable

from assistant.settings import Settings
from channels.email.composing import ComposedMail
from channels.email.server_address import (
    NoToken,
    ServerAddress,
    access_token,
    server_address,
    verifying,
    xoauth2,
)

# Less than a claim lasts, for all steps together are bounded by it once more (`hand_over`).
TIMEOUT = 30.0
# These refuse our sign-in or our encryption, not the mail.
ABOUT_OURSELVES = (530, 534, 535, 538)


class NotSent(Exception):
    """The mail did not go out; `permanent` if another attempt makes no sense."""

    def __init__(self, sentence: str, *, permanent: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.permanent = permanent


class PerhapsSent(NotSent):
    """The line broke after the text was given: the mail may have gone out."""


class Withdrawn(NotSent):
    """We took it back ourselves, before the text was given."""


class SmtpRelay:
    """Hands mails to the server of `smtp_url`; for one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        self.address: ServerAddress = server_address(settings.smtp_url, "smtp", "YORISOI_SMTP_URL")
        self._settings = settings
        self._client: smtplib.SMTP | None = None

    def transmit(self, mail: ComposedMail, hand_over: Callable[[], bool]) -> str:
        """Gives the mail to the server, and says what the server answered.

        `hand_over` is asked once, right before the text is given: False withdraws the mail.
        Raises NotSent, PerhapsSent or Withdrawn.
        """
        try:
            client = self._connected()
            self._announce(client, mail)
        except NotSent:
            self.close()
            raise
        except NoToken as error:
            self.close()
            raise NotSent(error.sentence) from error
        except smtplib.SMTPNotSupportedError as error:
            self.close()
            raise NotSent(f"The mail server {self.address!r} offers no encryption or sign-in "
                          f"that we may use ({error}).") from error
        except smtplib.SMTPAuthenticationError as error:
            # The mail is good; our password is not.
            self.close()
            raise NotSent(f"The mail server refuses our sign-in ({error.smtp_code}).") from error
        except (smtplib.SMTPException, OSError, ssl.SSLError) as error:
            self.close()
            raise NotSent(f"The mail server {self.address!r} cannot be reached "
                          f"({type(error).__name__}).") from error
        except (ValueError, UnicodeError) as error:
            self.close()
            raise NotSent(f"The address cannot be used: {error}", permanent=True) from error
        return self._give(client, mail, hand_over)

    def close(self) -> None:
        """Ends the connection, if there is one."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def quit(self) -> None:
        """Ends the connection politely; nothing more is to be sent for now."""
        client, self._client = self._client, None
        if client is not None:
            try:
                client.quit()
            except (smtplib.SMTPException, OSError):
                client.close()

    def _connected(self) -> smtplib.SMTP:
        if self._client is not None:
            try:
                if self._client.rset()[0] == 250:
                    return self._client
            except (smtplib.SMTPException, OSError):
                pass
            self.close()
        at = self.address
        if at.security == "tls":
            client: smtplib.SMTP = smtplib.SMTP_SSL(at.host, at.port, timeout=TIMEOUT,
                                                    context=verifying())
        else:
            client = smtplib.SMTP(at.host, at.port, timeout=TIMEOUT)
        self._client = client
        client.ehlo_or_helo_if_needed()
        if at.security == "starttls":
            client.starttls(context=verifying())
            client.ehlo_or_helo_if_needed()
        self._sign_in(client)
        return client

    def _sign_in(self, client: smtplib.SMTP) -> None:
        login, password = self.address.login, self.address.password
        if not login:
            return
        if password:
            client.login(login, password)
            return
        token = access_token(self._settings, login)
        if token:
            words = xoauth2(login, token)
            # A refusal comes as a challenge that wants an empty answer.
            client.auth("XOAUTH2", lambda challenge=None: "" if challenge else words)

    def _announce(self, client: smtplib.SMTP, mail: ComposedMail) -> None:
        size = [f"size={len(mail.raw)}"] if client.has_extn("size") else []
        _accepted(client.mail(mail.envelope_from, size), 250)
        _accepted(client.rcpt(mail.envelope_to), 250, 251)
        _accepted(client.docmd("DATA"), 354)

    def _give(
        self, client: smtplib.SMTP, mail: ComposedMail, hand_over: Callable[[], bool]
    ) -> str:
        try:
            allowed = hand_over()
        except BaseException:
            # An unfinished text is dropped by the server.
            self.close()
            raise
        if not allowed:
            self.close()
            raise Withdrawn("The mail was withdrawn before it was given to the server.")
        text = re.sub(rb"(?m)^\.", b"..", mail.raw)
        try:
            client.send(text + (b"" if text.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            answer = client.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise PerhapsSent(
                f"The line to the mail server broke ({type(error).__name__}) after the mail was "
                "given; it may have arrived.", permanent=True,
            ) from error
        try:
            _accepted(answer, 250)
        except NotSent:
            self.close()
            raise
        return f"{answer[0]} {answer[1].decode('utf-8', 'replace')}"


def _accepted(answer: tuple[int, bytes], *good: int) -> None:
    code, message = answer
    if code in good:
        return
    said = message.decode("utf-8", "replace").replace("\n", " ")
    raise NotSent(f"The mail server answered {code} {said}",
                  permanent=500 <= code < 600 and code not in ABOUT_OURSELVES)
