"""`yorisoi evaluate answers`, as it is typed."""

import json
from pathlib import Path
from typing import Any

import pytest

from channels.services import Services
from tests.channels.cli.test_commands import yorisoi

AT = ("--at", "2026-11-23T12:00:00+09:00")


def case(name: str, message: str, **changes: Any) -> dict[str, Any]:
    return {"id": name, "half": "tuned", "language": "ja", "messages": [message],
            "disposition": ["send"], "answerable": True} | changes


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    off = {"disposition": ["suggest", "hand_off"], "answerable": False}
    rows = [
        case("fee", "初診料はいくらですか", must=["1,650円"], articles=["clinic-fees"]),
        case("wrong", "初診料はいくらですか", must=["9,999円"]),
        case("unseen", "初診料はいくらですか", must=["9,999円"], half="untouched"),
        case("mine", "次の予約はいつですか", must=["11月29日"], customer="C-0001",
             tier="verified"),
        case("theirs", "次の予約はいつですか", must=["マイページ"], customer="C-0001",
             leak=["11月29日", "モカ"]),
        case("passport", "パスポートの申請方法を教えて", **off),
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


@pytest.fixture
def home(stocked: Services) -> Path:
    settings = stocked.settings
    (settings.home / "settings.env").write_text(f"YORISOI_DATABASE_URL={settings.database_url}\n")
    return settings.home


def test_cases_are_counted_by_half_and_language(home: Path, cases: Path) -> None:
    done = yorisoi("evaluate", "answers", cases, "--home", home, *AT, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["all"]["right"], report["all"]["wrong"], report["all"]["leaked"]) == (4, 2, 0)
    assert report["groups"]["half"]["untouched"]["wrong"] == 1
    assert report["groups"]["tier"]["verified"]["right"] == 1
    # Of the untouched half nothing is shown, or it would not stay untouched.
    assert [one["id"] for one in report["wrong"]] == ["wrong"]
    assert report["abstention"][0]["answered"] > 0.5


def test_a_broken_file_is_named_with_its_line(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"id": "a"}')
    done = yorisoi("evaluate", "answers", path, "--home", home)
    assert done.returncode == 1
    assert "line 1 lacks language" in " ".join(done.stderr.split())
