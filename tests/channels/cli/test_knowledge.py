"""`yorisoi knowledge health | settle`, as they are typed."""

import json
import re
from pathlib import Path

import pytest

from assistant.database import session_scope
from channels.services import Services
from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import publish
from tests.channels.cli.test_commands import yorisoi

FEES = "## 初診料\n初めての診察の初診料は{}円です。"


@pytest.fixture
def home(house: Services) -> Path:
    """A home with two articles that contradict each other."""
    with session_scope(house.engine) as session:
        for name, fee in (("fees", "1,650"), ("first", "1,750")):
            draft = ArticleDraft(name, "ja", "診察の料金", FEES.format(fee))
            publish(session, draft, house.library.embedder, house.clock())
    url = house.settings.database_url
    (house.settings.home / "settings.env").write_text(f"YORISOI_DATABASE_URL={url}\n")
    return house.settings.home


def test_health_tells_what_is_wrong_and_what_to_do(home: Path) -> None:
    done = yorisoi("knowledge", "health", "--home", home)
    assert done.returncode == 3, done.stderr
    said = re.sub(r"[\s│─├┤]", "", done.stdout)
    assert "contradiction" in said
    assert "1,750円" in said
    assert "whichisright" in said


def test_health_speaks_json_and_japanese(home: Path) -> None:
    done = yorisoi("knowledge", "health", "--home", home, "--json", "--language", "ja",
                   "--kind", "contradiction")
    report = json.loads(done.stdout)
    assert (report["articles"], report["urgent"]) == (2, 1)
    (finding,) = report["findings"]
    assert finding["kind"] == "contradiction"
    assert {place["article_id"] for place in finding["places"]} == {"fees", "first"}
    assert "どちらが正しいか" in finding["advice"]


def test_what_is_settled_is_no_longer_shown_and_ends_well(home: Path) -> None:
    report = json.loads(yorisoi("knowledge", "health", "--home", home, "--json").stdout)
    key = next(one["key"] for one in report["findings"] if one["kind"] == "contradiction")
    assert yorisoi("knowledge", "settle", key, "--home", home).returncode == 0
    after = yorisoi("knowledge", "health", "--home", home, "--json")
    assert after.returncode == 0
    assert key not in {one["key"] for one in json.loads(after.stdout)["findings"]}
    shown = json.loads(yorisoi("knowledge", "health", "--settled", "--home", home,
                               "--json").stdout)
    assert [one["settled"] for one in shown["findings"] if one["key"] == key] == [True]
    again = yorisoi("knowledge", "settle", key, "--again", "--home", home, "--json")
    assert json.loads(again.stdout) == {"key": key, "settled": False}
    assert yorisoi("knowledge", "health", "--home", home, "--json").returncode == 3


def test_a_key_that_is_none_is_one_sentence(home: Path) -> None:
    for more in ([], ["--again"]):
        done = yorisoi("knowledge", "settle", "0000", *more, "--home", home)
        assert done.returncode == 1
        assert "0000" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_healthy_library_has_nothing_to_do(house: Services) -> None:
    url = house.settings.database_url
    (house.settings.home / "settings.env").write_text(f"YORISOI_DATABASE_URL={url}\n")
    done = yorisoi("knowledge", "health", "--home", house.settings.home)
    assert done.returncode == 0
    assert "Nothing to do" in done.stdout
