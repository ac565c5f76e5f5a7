"""A real server and real clients on the loopback."""

import asyncio
import smtplib
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from assistant.errors import BadConfiguration
from assistant.settings import Settings
from channels.email.dkim_check import DkimCheck
from channels.email.receiving import MailReceiver, Receipt
from channels.email.server import MailServer, without_results_of
from tests.channels.email.dkim_keys import lookup, signed

SUPPORT = "support@harunowa.example"
SENDER = "misaki.sato@mail.example"
FORGED = "mail.harunowa.example; dkim=pass header.d=mail.example"
Open = Callable[..., Any]
Write = Callable[..., bytes]


def known(login: str, password: str) -> str | None:
    return SENDER if (login, password) == (SENDER, "right") else None


@pytest.fixture
async def open_door(settings: Settings, receiver: MailReceiver) -> AsyncIterator[Open]:
    started: list[MailServer] = []

    async def open_one(receive: Any = receiver.receive, **changes: object) -> MailServer:
        server = MailServer(settings.model_copy(update=changes), receive, SUPPORT, known)
        await server.start()
        started.append(server)
        return server

    yield open_one
    for server in started:
        await server.stop()


async def deliver(
    server: MailServer, raw: bytes, *, login: tuple[str, str] | None = None,
    to: list[str] | None = None, kind: type[smtplib.SMTP] = smtplib.SMTP, sender: str = SENDER,
) -> Any:
    def blocking() -> Any:
        with kind("127.0.0.1", server.port) as client:
            if login:
                client.login(*login)
            return client.sendmail(sender, to or [SUPPORT], raw)

    return await asyncio.to_thread(blocking)


async def test_a_mail_is_stored_when_it_is_acknowledged(
    open_door: Open, write: Write, stored: Any
) -> None:
    await deliver(await open_door(), write())
    assert [message.text for message in stored.messages] == ["トリミングの料金を教えてください。"]


async def test_a_storing_failure_leaves_the_mail_with_the_sender(
    open_door: Open, write: Write
) -> None:
    def failing(*_: object) -> Receipt:
        raise OSError("the disk is full")

    server = await open_door(failing)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        await deliver(server, write())
    assert refused.value.smtp_code == 451


async def test_a_forged_result_is_removed(
    open_door: Open, write: Write, stored: Any, known_customer: str
) -> None:
    await deliver(await open_door(), f"Authentication-Results: {FORGED}\n".encode() + write())
    assert stored.conversations[0].tier == "claimed"


async def test_a_sign_in_proves_the_sender(
    open_door: Open, write: Write, stored: Any, known_customer: str
) -> None:
    await deliver(await open_door(), write(), login=(SENDER, "right"))
    assert stored.conversations[0].tier == "verified"


async def test_a_sign_in_as_oneself_does_not_prove_anothers_address(
    open_door: Open, write: Write, stored: Any, known_customer: str
) -> None:
    await deliver(await open_door(), write(From="emily@mail.example"), login=(SENDER, "right"))
    assert stored.conversations[0].tier == "claimed"


async def test_a_wrong_password_is_refused(open_door: Open, write: Write, stored: Any) -> None:
    server = await open_door()
    with pytest.raises(smtplib.SMTPAuthenticationError):
        await deliver(server, write(), login=(SENDER, "wrong"))
    assert stored.messages == []


async def test_nobody_can_sign_in_where_others_may_listen(open_door: Open) -> None:
    server = await open_door(mail_listen="0.0.0.0:0")

    def offered() -> bool:
        with smtplib.SMTP("127.0.0.1", server.port) as client:
            client.ehlo()
            return client.has_extn("auth")

    assert not await asyncio.to_thread(offered)


async def test_mail_for_another_domain_is_not_taken(open_door: Open, write: Write) -> None:
    server = await open_door()
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        await deliver(server, write(), to=["somebody@elsewhere.example"])


async def test_a_mail_that_is_too_large_is_refused(
    open_door: Open, write: Write, stored: Any
) -> None:
    server = await open_door(mail_max_bytes=1000)
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        await deliver(server, write("長い" * 2000))
    assert refused.value.smtp_code == 552
    assert stored.messages == []


async def test_an_empty_envelope_sender_reaches_the_screening(
    open_door: Open, write: Write, stored: Any
) -> None:
    await deliver(await open_door(), write(), sender="")
    assert [entry.rule for entry in stored.ledger] == ["null_return_path"]


async def test_lmtp_answers_once_for_each_recipient(
    open_door: Open, write: Write, stored: Any
) -> None:
    server = await open_door(mail_protocol="lmtp")
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    # Python's own client reads only the first of the answers.
    writer.write(b"LHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<support@harunowa.example>\r\n"
                 b"RCPT TO:<info@harunowa.example>\r\nDATA\r\n" + write() + b"\r\n.\r\nQUIT\r\n")
    answers = (await reader.read()).decode().split("\r\n")
    assert answers.count("250 2.0.0 received") == 2
    writer.close()
    assert stored.messages[0].details["mail"]["envelope_to"] == [SUPPORT, "info@harunowa.example"]


async def test_behind_lmtp_the_mail_servers_own_result_is_kept(
    open_door: Open, write: Write, stored: Any, known_customer: str
) -> None:
    server = await open_door(mail_protocol="lmtp")
    raw = f"Authentication-Results: {FORGED}\n".encode() + write()
    await deliver(server, raw, kind=smtplib.LMTP)
    assert stored.conversations[0].tier == "verified"


def certificate(folder: Path, name: str = "localhost") -> Path:
    """A self-signed certificate with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed_by_itself = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "door.pem"
    path.write_bytes(
        signed_by_itself.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                            serialization.NoEncryption())
    )
    return path


async def test_with_a_certificate_the_door_offers_encryption(
    open_door: Open, write: Write, stored: Any, tmp_path: Path
) -> None:
    pem = certificate(tmp_path)
    server = await open_door(mail_certificate=str(pem))
    trusting = ssl.create_default_context(cafile=str(pem))

    def encrypted() -> str:
        with smtplib.SMTP("localhost", server.port) as client:
            client.starttls(context=trusting)
            client.sendmail(SENDER, [SUPPORT], write())
            return str(client.sock.version())  # type: ignore[union-attr]

    assert (await asyncio.to_thread(encrypted)).startswith("TLSv1.")
    assert len(stored.messages) == 1
    # Who cannot encrypt may still write.
    await deliver(server, write(Message_ID="<two@mail.example>"))
    assert len(stored.messages) == 2


async def test_a_renewed_certificate_is_used_from_the_next_connection_on(
    open_door: Open, tmp_path: Path
) -> None:
    server = await open_door(mail_certificate=str(certificate(tmp_path)))
    renewed = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(renewed))

    def encrypted() -> None:
        with smtplib.SMTP("localhost", server.port) as client:
            client.starttls(context=trusting)

    await asyncio.to_thread(encrypted)


async def test_a_certificate_that_cannot_be_used_is_told(open_door: Open, tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="YORISOI_MAIL_CERTIFICATE"):
        await open_door(mail_certificate=str(tmp_path / "nothing.pem"))


async def test_the_door_writes_down_what_it_has_found_of_a_signature(
    settings: Settings, receiver: MailReceiver, write: Write, stored: Any, known_customer: str
) -> None:
    server = MailServer(settings, receiver.receive, SUPPORT,
                        dkim=DkimCheck(lookup("mail.example")))
    await server.start()
    await deliver(server, signed(write(), "mail.example"))
    await deliver(server, write(Message_ID="<two@mail.example>"))
    await server.stop()
    assert [one.tier for one in stored.conversations] == ["verified", "claimed"]


async def test_to_write_down_what_it_finds_the_door_needs_a_name(open_door: Open) -> None:
    with pytest.raises(BadConfiguration, match="YORISOI_MAIL_TRUSTED_SERVER"):
        await open_door(mail_verify_dkim=True, mail_trusted_server="")


async def test_a_port_that_is_taken_is_told_in_one_sentence(
    open_door: Open, settings: Settings
) -> None:
    taken = (await open_door()).port
    with pytest.raises(BadConfiguration, match="YORISOI_MAIL_LISTEN"):
        await open_door(mail_listen=f"127.0.0.1:{taken}")


@pytest.mark.parametrize("claim", [
    b"Authentication-Results: mx.example; dkim=pass\r\n",
    b"authentication-results:MX.Example; dkim=pass\r\n",
    b"Authentication-Results: (c) \"mx.example\" 1;\r\n\tdkim=pass\r\n",
    b"Authentication-Results:\r\n mx.example; dkim=pass\r\n",
    b"Authentication-Results: mx.example; a\rAuthentication-Results: mx.example; b\r\n",
])
def test_no_spelling_of_our_servers_name_stays(claim: bytes) -> None:
    raw = b"A: 1\r\n" + claim + b"B: 2\r\n folded\r\n\r\nAuthentication-Results: mx.example; body"
    assert without_results_of(raw, "mx.example") == (
        b"A: 1\r\nB: 2\r\n folded\r\n\r\nAuthentication-Results: mx.example; body"
    )


def test_another_servers_result_stays() -> None:
    raw = b"Authentication-Results: other.example; dkim=pass\r\n\r\nx"
    assert without_results_of(raw, "mx.example") == raw
