"""`yorisoi replay`, as it is typed: nothing is stored, and what differs is shown."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from assistant.conversations.incoming import IncomingMessage
from assistant.conversations.models import Message
from assistant.database import read_scope
from channels.services import Services
from tests.channels.cli.test_commands import yorisoi
from tests.conftest import PET_CARE


@pytest.fixture
def home(stocked: Services, work: Callable[[], int]) -> Path:
    """A home in which somebody has asked for a fee, and somebody for what nobody knows."""
    for number, text in enumerate(("初診料はいくらですか", "パスポートの申請方法を教えて")):
        stocked.inbox.receive(IncomingMessage(
            channel="web_chat", address=f"visitor-{number}", external_id=f"m-{number}", text=text,
            sent_at=stocked.clock(),
        ))
    assert work() == 2
    settings = stocked.settings
    (settings.home / "settings.env").write_text(f"YORISOI_DATABASE_URL={settings.database_url}\n")
    return settings.home


def messages(house: Services) -> int:
    with read_scope(house.engine) as session:
        return len(session.exec(select(Message)).all())


def test_where_nothing_has_changed_nothing_differs(home: Path) -> None:
    done = yorisoi("replay", "--home", home, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"turns": 2, "differences": []}


def test_a_changed_article_shows_where_it_would_be_answered_otherwise(
    home: Path, stocked: Services, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    shutil.copytree(PET_CARE / "articles" / "ja", folder / "ja")
    fees = folder / "ja" / "clinic-fees.md"
    fees.write_text(fees.read_text("utf-8").replace("1,650円", "1,980円"), "utf-8")
    before = messages(stocked)
    done = yorisoi("replay", "--articles", folder, "--home", home, "--json")
    assert done.returncode == 0, done.stderr
    differences = json.loads(done.stdout)["differences"]
    [found] = [one for one in differences if one["change"] == "text"]
    assert "1,650円" in found["before"]["text"]
    assert "1,980円" in found["after"]["text"]
    assert messages(stocked) == before


def test_a_changed_setting_shows_which_answers_would_wait(home: Path) -> None:
    done = yorisoi("replay", "--with", "chat_send=1.0", "--home", home)
    assert done.returncode == 0, done.stderr
    assert "1 differ: 1 in the disposition" in " ".join(done.stdout.split())
    assert "suggest" in done.stdout


def test_a_setting_that_is_none_is_one_sentence(home: Path) -> None:
    done = yorisoi("replay", "--with", "chat_sned=1", "--home", home)
    assert done.returncode == 1
    assert "--with chat_sned=1 cannot be used" in " ".join(done.stderr.split())
