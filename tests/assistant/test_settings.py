"""Settings stop the boot with the variable's name, and keep secrets to the owner."""

from pathlib import Path

import pytest

from assistant.errors import BadConfiguration
from assistant.settings import load_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("CHAT_SEND", "2"), ("MAIL_LISTEN", "everywhere"),
     ("BURST_SECONDS", "-1")],
)
def test_a_bad_value_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"YORISOI_{name}", value)
    with pytest.raises(BadConfiguration, match=f"YORISOI_{name}"):
        load_settings(tmp_path)


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.env").write_text("YORISOI_PORT=9001\nYORISOI_HOST=0.0.0.0\n")
    monkeypatch.setenv("YORISOI_PORT", "9002")
    settings = load_settings(tmp_path)
    assert (settings.port, settings.host) == (9002, "0.0.0.0")


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first, second = load_settings(tmp_path), load_settings(tmp_path)
    assert first.secret == second.secret != first.identity_secret
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("name", "value"), [
    ("mail_cap_address", "many"), ("mail_cap_body", "5 per hour"), ("mail_cap_domain", ""),
    ("mail_reply_address", "support@example.com"), ("mail_hook_secret", "short"),
    ("imap_after", "delete"), ("mail_automatic", "sometimes"),
])
def test_a_mail_setting_that_makes_no_sense_is_told_by_its_name(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(BadConfiguration, match=f"YORISOI_{name.upper()}"):
        load_settings(tmp_path, **{name: value})
