"""The command line: each command as it is typed, in a home of its own."""

import json
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from assistant.settings import Settings
from channels.services import Services
from tests.conftest import PET_CARE, ROOT


@pytest.fixture
def home(stocked: Services) -> Path:
    """A home with articles and customers, as the commands find it."""
    settings: Settings = stocked.settings
    (settings.home / "settings.env").write_text(f"YORISOI_DATABASE_URL={settings.database_url}\n")
    return settings.home


def yorisoi(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    code = "from channels.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True,
        cwd=ROOT, check=False,
    )


def test_ask_gives_text_sources_reasons_facts_and_timings(home: Path) -> None:
    done = yorisoi("ask", "次の予約はいつですか", "--customer", "C-0001", "--home", home, "--json")
    assert done.returncode == 0, done.stderr
    reply = json.loads(done.stdout)
    assert reply["language"] == "ja"
    assert set(reply["citations"][0]) == {
        "article_id", "version", "language", "passage", "title", "heading", "link", "quote"
    }
    assert {"understand", "gather", "personalize", "compose", "decide"} <= set(
        reply["milliseconds"]
    )
    assert reply["disposition"] == "send"
    assert reply["reason"]


def test_ask_shows_withheld_facts_to_a_person_too(home: Path) -> None:
    done = yorisoi("ask", "次の予約はいつですか", "--customer", "C-0001", "--tier", "anonymous",
                   "--home", home)
    assert done.returncode == 0, done.stderr
    assert "withheld" in done.stdout
    assert "モカ" not in done.stdout


def test_an_unknown_customer_is_one_sentence_and_no_trace(home: Path) -> None:
    done = yorisoi("ask", "x", "--customer", "C-9999", "--home", home)
    assert done.returncode == 1
    assert "There is no customer C-9999" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_says_what_is_there_and_how_to_mend_what_is_not(home: Path, tmp_path: Path) -> None:
    assert yorisoi("check", "--home", home).returncode == 0
    empty = yorisoi("check", "--home", tmp_path / "nothing", "--json")
    assert empty.returncode == 1
    findings = {entry["what"]: entry for entry in json.loads(empty.stdout)}
    assert not findings["configuration"]["well"]
    assert "examples/pet_care" in findings["configuration"]["line"]


def test_a_refused_article_is_named_with_line_and_the_others_come_in(
    home: Path, tmp_path: Path
) -> None:
    good = PET_CARE / "articles" / "ja" / "microchip.md"
    bad = tmp_path / "bad.md"
    bad.write_text("---\nid: bad\nlanguage: ja\ntitle: 題\n---\n## 一\n\n{{ pet.colour }}\n")
    done = yorisoi("ingest", good, bad, "--home", home, "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["added"] == 1
    assert report["refused"][0]["line"] == 8
    assert "pet.colour" in report["refused"][0]["reason"]


def test_customers_are_imported_and_counted(home: Path) -> None:
    done = yorisoi("import", ROOT / "tests" / "data" / "customers.jsonl", "--home", home, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["customers"] == 3


def test_reindex_embeds_what_is_published(home: Path) -> None:
    done = yorisoi("reindex", "--home", home, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["reindexed"] > 0


def test_a_mail_is_inspected(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@mail.example", "b@x.example", "Out of office"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content("I am away.\n\n> quoted\n")
    path = tmp_path / "mail.eml"
    path.write_bytes(mail.as_bytes())
    done = yorisoi("email", "inspect", path, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert "out_of_office" in str(found) or "auto_reply" in str(found)
    assert yorisoi("email", "inspect", tmp_path / "none.eml").returncode == 1


def test_a_bad_setting_stops_the_boot_with_its_name(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YORISOI_PORT", "eighty")
    done = yorisoi("serve", "--home", home)
    assert done.returncode == 1
    assert "YORISOI_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_operator_is_added_and_can_then_have_another_password(home: Path) -> None:
    added = yorisoi("operator", "add", "Sato", "佐藤 花", "--password", "correct horse battery",
                    "--home", home, "--json")
    assert added.returncode == 0, added.stderr
    assert json.loads(added.stdout)["login"] == "sato"
    again = yorisoi("operator", "add", "sato", "佐藤 花", "--password", "correct horse battery",
                    "--home", home)
    assert again.returncode == 1
    assert "is taken" in again.stderr
    changed = yorisoi("operator", "password", "SATO", "--password", "another horse battery",
                      "--home", home, "--json")
    assert changed.returncode == 0, changed.stderr


def test_the_ledger_is_printed_filtered_and_page_by_page(home: Path, stocked: Services) -> None:
    for number in range(3):
        stocked.inbox.record("email", f"m{number}", "incoming", f"a{number}@mail.example",
                             "ignored", "precedence", {"kind": "bulk"})
    stocked.inbox.record("email", "out-1", "outgoing", "b@mail.example", "held",
                         "cap_of_address", {"address_1h": "10/10"})
    done = yorisoi("email", "ledger", "--json", "--decision", "ignored", "--limit", "2",
                   "--home", home)
    assert done.returncode == 0, done.stderr
    first = json.loads(done.stdout)
    assert [one["address"] for one in first] == ["a2@mail.example", "a1@mail.example"]
    rest = yorisoi("email", "ledger", "--json", "--decision", "ignored", "--before",
                   str(first[-1]["id"]), "--home", home)
    assert [one["address"] for one in json.loads(rest.stdout)] == ["a0@mail.example"]
    held = yorisoi("email", "ledger", "--direction", "outgoing", "--home", home)
    assert "cap_of_address" in held.stdout
    wrong = yorisoi("email", "ledger", "--since", "yesterday", "--home", home)
    assert (wrong.returncode, "must be a day" in wrong.stderr) == (1, True)
    assert "Traceback" not in wrong.stderr


def test_the_switch_stops_automatic_mail_and_check_says_so(home: Path) -> None:
    off = yorisoi("email", "switch", "off", "--home", home, "--json")
    assert json.loads(off.stdout) == {"automatic_mail": "off", "changed": True}
    checked = yorisoi("check", "--home", home)
    assert checked.returncode == 1
    assert "switched off" in checked.stdout
    yorisoi("email", "switch", "on", "--home", home)
    assert yorisoi("check", "--home", home).returncode == 0
    assert yorisoi("email", "switch", "maybe", "--home", home).returncode == 1
