"""How mail is read: replies without quotations, delivery reports, mails of every kind.

    python benchmarks/mail_reading.py [--data FOLDER] [--json] [--wrong]

The corpora are public ones that lie beside the repository (`../shared/data`, or the folder that
YORISOI_SHARED_DATA names); our own mails are in `tests/channels/email`. `mail_labels.yaml` says
how their labels are read. `--wrong` lists each mail that was not read as its label says.
"""

import argparse
import csv
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from channels.email.bounces import delivery_reports
from channels.email.parsing import CannotParse, ParsedMail, parse
from channels.email.reply_text import new_text
from channels.email.screening import Kind, Ourselves, screen

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / "tests" / "channels" / "email"
HARMLESS = {"feedback", "vacation", "delivered"}
NAMED = re.compile(
    r"(?im)^(?:(?:final|original|x-actual)-recipient|x-failed-recipients|to):.*$")
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")

Measured = dict[str, Any]


@cache
def labels() -> Any:
    """How the corpora's labels are read."""
    return yaml.safe_load((ROOT / "benchmarks" / "mail_labels.yaml").read_text(encoding="utf-8"))


def folded(text: str) -> str:
    """The text with white space folded."""
    return " ".join(text.split())


def reply_trimmer(data: Path) -> Measured:
    """email_reply_trimmer: exact after white-space folding."""
    folder = data / "email_reply_trimmer"
    names = sorted(path.name for path in (folder / "emails").glob("*.txt"))
    wrong = []
    for name in names:
        text = (folder / "emails" / name).read_text(encoding="utf-8", errors="replace")
        wanted = (folder / "trimmed" / name).read_text(encoding="utf-8")
        if folded(new_text(text)) != folded(wanted):
            wrong.append(name)
    return {"bodies": len(names), "exact": len(names) - len(wrong), "wrong": wrong,
            "labels_doubted": len(labels()["reply_trimmer_doubted"])}


def reply_parsers(data: Path) -> Measured:
    """email_reply_parsers: the lines that the writer wrote, all of them and nothing else."""
    bodies, lost, extra = 0, [], []
    for path in sorted((data / "email_reply_parsers").rglob("*.txt")):
        bodies += 1
        text = path.read_text(encoding="utf-8", errors="replace")
        lines = text.replace("\r\n", "\n").split("\n")
        wanted = folded("\n".join(_lines(lines, labels()["reply_parsers"][path.stem])))
        found = folded(new_text(text))
        if not set(wanted.split()) <= set(found.split()):
            lost.append(f"{path.parent.name}/{path.name}")
        elif wanted != found:
            extra.append(f"{path.parent.name}/{path.name}")
    return {"bodies": bodies, "words_lost_in": len(lost),
            "exact": bodies - len(lost) - len(extra), "wrong": lost + extra}


def _lines(lines: list[str], ranges: list[Any]) -> Iterator[str]:
    for one in ranges:
        first, _, last = str(one).partition("-")
        yield from lines[int(first) - 1:int(last or first)]


def own_mails() -> Measured:
    """Our own mails of programs in Japan and elsewhere: right to the letter."""
    japanese = yaml.safe_load((OWN / "japanese" / "mails.yaml").read_text(encoding="utf-8"))
    expected = yaml.safe_load((OWN / "expected.yaml").read_text(encoding="utf-8"))
    pairs = [(OWN / "japanese" / "mails" / f"{one['file']}.eml", one["expect"].rstrip("\n"))
             for one in japanese]
    pairs += [(OWN / "mails" / f"{name}.eml", one["new_text"])
              for name, one in expected.items() if "new_text" in one]
    wrong = []
    for path, wanted in pairs:
        mail = parse(path.read_bytes())
        if not isinstance(mail, ParsedMail) or mail.new_text != wanted:
            wrong.append(path.name)
    return {"japanese": len(japanese), "mails": len(pairs), "right": len(pairs) - len(wrong),
            "wrong": wrong}


def sisimai(data: Path) -> Measured:
    """email_bounces_sisimai: hard is what its label calls a hard bounce, all else is not; a kind
    that reports no failure (feedback, vacation, delivered) must speak against no address."""
    folder = data / "email_bounces_sisimai"
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (folder / "expected.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            rows[row["file"]].append(row)
    right = recipients = count = doubted = full = full_right = 0
    answered, dead, wrong = [], [], []
    for name, labelled in sorted(rows.items()):
        raw = (folder / name).read_bytes()
        reports = delivery_reports(raw)
        stem = Path(name).stem
        if _answered(raw):
            answered.append(name)
        harmless = all(row["reason"] in HARMLESS for row in labelled)
        if harmless and any(report.kind.value != "none" for report in reports):
            dead.append(name)
        for number, row in enumerate(labelled):
            count += 1
            kind = reports[number].kind.value if number < len(reports) else ""
            is_right = (kind == "hard") == (row["hard_bounce"] == "true") and bool(
                kind or harmless)
            right += is_right
            full += row["reason"] == "mailboxfull"
            full_right += row["reason"] == "mailboxfull" and kind == "full"
            doubted += not is_right and f"{stem} {number}" in labels()["sisimai_doubted"]
            is_read = harmless or (number < len(reports) and (
                reports[number].address in _named(raw)
                or stem in labels()["sisimai_recipients_read"]))
            recipients += is_read
            if not (is_right and is_read):
                wrong.append(f"{stem} {number}: {row['reason']} → {kind or 'no report'}")
    return {"mails": len(rows), "answered": len(answered), "rows": count, "kind_right": right,
            "kind_right_or_label_doubted": right + doubted, "recipient_right": recipients,
            "full": full, "full_right": full_right, "harmless_marked_dead": len(dead),
            "wrong": [*answered, *dead, *wrong]}


def flufl(data: Path) -> Measured:
    """flufl_bounce: all its failed recipients and no other; temporary is a delay, and nothing
    else: a mail that has failed may be hard, full or soft for us."""
    folder = data / "flufl_bounce"
    wanted: dict[str, set[str]] = defaultdict(set)
    temporary: dict[str, bool] = {}
    with (folder / "expected.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            wanted[row["file"]] |= set(row["failed_recipients"].lower().split())
            temporary[row["file"]] = row["is_temporary"] == "True"
    answered, wrong, recipients, actions = [], [], 0, 0
    mails = sorted((folder / "data").glob("*.txt"))
    for path in mails:
        raw = path.read_bytes()
        if _answered(raw) and path.stem not in labels()["flufl_persons"]:
            answered.append(path.name)
        if path.name not in wanted:
            continue
        reports = delivery_reports(raw)
        names = {report.address for report in reports}
        others = {other for report in reports for other in report.others}
        hit = wanted[path.name]
        is_right = not hit or (hit <= names | others and len(reports) <= len(hit))
        is_action = all((report.action == "delayed") == temporary[path.name]
                        for report in reports if report.address in hit | others)
        recipients, actions = recipients + is_right, actions + is_action
        if not (is_right and is_action):
            wrong.append(f"{path.name}: {sorted(hit)} → {sorted(names)}")
    return {"mails": len(mails), "answered": len(answered), "labelled": len(wanted),
            "recipients_right": recipients, "temporary_right": actions,
            "labels_doubted": len(labels()["flufl_doubted"]), "wrong": [*answered, *wrong]}


def _answered(raw: bytes) -> bool:
    mail = parse(raw)
    return isinstance(mail, ParsedMail) and screen(
        mail, None, Ourselves("", "")).kind is Kind.HUMAN


@cache
def _named(raw: bytes) -> set[str]:
    text = raw.decode("latin-1")
    return {address.lower() for line in NAMED.findall(text) for address in ADDRESS.findall(line)}


def corpus(data: Path, name: str) -> Measured:
    """All mails of a corpus: read, or held whole; characters that could not be read."""
    read = held = 0
    crashed, replaced = [], []
    for path, raw in _mails(data / name):
        try:
            mail = parse(raw)
        except Exception as error:  # what must never happen is counted
            crashed.append(f"{path.name}: {type(error).__name__}")
            continue
        if isinstance(mail, CannotParse):
            held += 1
            continue
        read += 1
        seen = " ".join([mail.subject, mail.from_name, mail.text,
                         *(file.name for file in mail.attachments)])
        if "\ufffd" in seen and path.stem not in labels()["replaced_before"]:
            replaced.append(path.name)
    return {"mails": read + held + len(crashed), "read": read, "held_whole": held,
            "crashed": len(crashed), "lost": 0 if not crashed else len(crashed),
            "replacement_characters": len(replaced), "wrong": crashed + replaced}


def _mails(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".eml", ".txt") or path.name == "SOURCE.md":
            continue
        raw = path.read_bytes()
        if "mbox" in path.parts or ".mbox" in path.name:
            for piece in re.split(rb"(?m)^From ", raw):
                if piece.strip():
                    yield path, b"From " + piece
        else:
            yield path, raw


def measure(data: Path) -> dict[str, Measured]:
    """All figures, by what they are about; only those of our own mails where there is no data."""
    if not data.is_dir():
        print(f"{data} is not there; name the corpora's folder with --data.", file=sys.stderr)
        return {"our own mails": own_mails()}
    return {
        "email_reply_trimmer": reply_trimmer(data),
        "email_reply_parsers": reply_parsers(data),
        "our own mails": own_mails(),
        "email_bounces_sisimai": sisimai(data),
        "flufl_bounce": flufl(data),
        **{name: corpus(data, name)
           for name in ("mikel_mail", "mimekit", "cpython_email", "mail_iso_2022_jp")},
    }


def main() -> None:
    """Prints the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    beside = os.environ.get("YORISOI_SHARED_DATA", str(ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=Path(beside))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--wrong", action="store_true")
    asked = parser.parse_args()
    found = measure(asked.data)
    if asked.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for name, figures in found.items():
        shown = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in figures.items()
                          if key != "wrong")
        print(f"{name:<22} {shown}")
        for one in figures["wrong"] if asked.wrong else ():
            print(f"{'':<24}{one}")


if __name__ == "__main__":
    main()
