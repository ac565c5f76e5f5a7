"""Where a mail server is, and how we sign in there."""

from pathlib import Path

import pytest

from assistant.errors import BadConfiguration
from assistant.settings import Settings
from channels.email.fetching import mailboxes
from channels.email.relay import SmtpRelay
from channels.email.server_address import NoToken, access_token


def test_a_token_comes_from_a_file_that_somebody_else_refreshes(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "support.token"
    given = settings.model_copy(update={"mail_token_file": f"{tmp_path}/{{login}}.token"})
    path.write_text("first\n")
    assert access_token(given, "support") == "first"
    path.write_text("second")
    assert access_token(given, "support") == "second"


@pytest.mark.parametrize(("command", "said"), [
    ("false", "ended with 1"), ("/nonexistent/program", "cannot be run"), ("echo", "no access"),
    ("echo two words", "one word"),
])
def test_a_token_that_cannot_be_had_is_told(settings: Settings, command: str, said: str) -> None:
    given = settings.model_copy(update={"mail_token_command": command})
    with pytest.raises(NoToken, match=said):
        access_token(given, "support")


def test_several_mailboxes_are_read_from_one_setting(settings: Settings) -> None:
    given = settings.model_copy(update={"imap_url": (
        "imaps://support%40x.example:p%2Fw@mail.example, imaps://b:c@mail.example:1993/Sales"
        "  imap://d:e@other.example?tls=off"
    )})
    found = mailboxes(given)
    assert [(a.login, a.password, a.host, a.port, a.security, f) for a, f in found] == [
        ("support@x.example", "p/w", "mail.example", 993, "tls", "INBOX"),
        ("b", "c", "mail.example", 1993, "tls", "Sales"),
        ("d", "e", "other.example", 143, "none", "INBOX"),
    ]
    assert "p/w" not in repr(found)


def test_what_goes_over_the_network_is_encrypted_unless_somebody_says_otherwise(
    settings: Settings
) -> None:
    def security(url: str) -> str:
        return mailboxes(settings.model_copy(update={"imap_url": url}))[0][0].security

    assert security("imap://a:b@mail.example") == "starttls"
    assert security("imap://a:b@127.0.0.1") == "none"


@pytest.mark.parametrize("url", [
    "http://a:b@x", "imap://x", "imap://a:b@x:port", "imap://a:b@x?tls=maybe", "smtp://a:b@x",
])
def test_an_address_that_cannot_be_used_is_told(settings: Settings, url: str) -> None:
    with pytest.raises(BadConfiguration, match="YORISOI_IMAP_URL"):
        mailboxes(settings.model_copy(update={"imap_url": url}))


@pytest.mark.parametrize("url", ["http://x", "smtp://", "smtp://h:port", "mail.example:25"])
def test_a_bad_address_of_the_server_is_told(settings: Settings, url: str) -> None:
    with pytest.raises(BadConfiguration, match="YORISOI_SMTP_URL"):
        SmtpRelay(settings.model_copy(update={"smtp_url": url}))


def test_a_password_is_not_shown(settings: Settings) -> None:
    url = "smtps://me%40x.example:se%2Fcret@mail.example"
    found = SmtpRelay(settings.model_copy(update={"smtp_url": url})).address
    assert (found.login, found.password, found.port) == ("me@x.example", "se/cret", 465)
    assert "cret" not in repr(found)
