"""`yorisoi evaluate retrieval`, as it is typed."""

import json
from pathlib import Path

import pytest

from channels.services import Services
from tests.channels.cli.test_commands import yorisoi

TEXTS = {
    "d1": "犬のワクチンは毎年接種します", "d2": "猫のホテルは1泊4,400円です",
    "d3": "駐車場は2時間無料です",
}
QUERIES = {"q1": "犬のワクチンはいつですか", "q2": "車は停められますか 駐車場"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text("\n".join(
        json.dumps({"_id": key, "title": "", "text": text}) for key, text in TEXTS.items()))
    (folder / "queries.jsonl").write_text("\n".join(
        json.dumps({"_id": key, "text": text}) for key, text in QUERIES.items()))
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td3\t1\n")
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    rows = [
        {"id": "1", "question": "診察料はいくらですか", "language": "ja", "article": "clinic-fees",
         "section": "初診料と再診料", "style": "plain"},
        {"id": "2", "question": "hotel price per nite", "language": "en", "article": "hotel-fees",
         "style": "typo"},
    ]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return file


@pytest.mark.parametrize("retriever", ["lexical", "dense", "hybrid"])
def test_retrieval_is_measured_on_a_beir_folder(folder: Path, retriever: str) -> None:
    done = yorisoi("evaluate", "retrieval", folder, "--with", f"retriever={retriever}", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["setting"]["retriever"] == retriever
    assert report["queries"] == 2
    assert report["figures"]["P@1"] == 1.0


def test_two_settings_are_compared_query_by_query(folder: Path) -> None:
    done = yorisoi("evaluate", "retrieval", folder, "--compare", "retriever=lexical", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["first"]["retriever"], report["second"]["retriever"]) == ("hybrid", "lexical")
    assert {row["figure"] for row in report["differences"]} >= {"P@1", "nDCG@10"}
    assert all(row["p"] == 1.0 for row in report["differences"])
    shown = yorisoi("evaluate", "retrieval", folder, "--compare", "retriever=lexical")
    assert "do not tell which is better" in shown.stdout


def test_a_companys_own_questions_are_asked_of_its_published_articles(
    stocked: Services, questions: Path
) -> None:
    settings = stocked.settings
    (settings.home / "settings.env").write_text(f"YORISOI_DATABASE_URL={settings.database_url}\n")
    done = yorisoi("evaluate", "retrieval", questions, "--home", settings.home, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["figures"]["article@5"] == 1.0
    assert report["kinds"]["typo"]["queries"] == 1
    table = yorisoi("evaluate", "retrieval", questions, "--home", settings.home)
    assert "section@3" in table.stdout
    assert "typo" in table.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["{folder}", "--with", "retriever=magic"], "There is no retriever 'magic'"),
        (["{folder}", "--compare", "glossary=none.yaml"], "There is no glossary none.yaml"),
        (["{folder}/qrels"], "has no corpus.jsonl"),
        (["{folder}/nowhere"], "is not there"),
        (["{folder}/broken.jsonl"], "line 1: not JSON"),
    ],
)
def test_what_cannot_be_measured_is_one_sentence(
    folder: Path, arguments: list[str], sentence: str
) -> None:
    (folder / "broken.jsonl").write_text("{")
    done = yorisoi("evaluate", "retrieval", *(one.format(folder=folder) for one in arguments))
    assert done.returncode == 1
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_questions_about_articles_that_are_not_there_are_refused(
    stocked: Services, tmp_path: Path
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"id": "1", "question": "x", "language": "en", "article": "unheard-of"}')
    home = stocked.settings.home
    (home / "settings.env").write_text(f"YORISOI_DATABASE_URL={stocked.settings.database_url}\n")
    done = yorisoi("evaluate", "retrieval", file, "--home", home)
    assert done.returncode == 1
    assert "There is no article unheard-of" in " ".join(done.stderr.split())
