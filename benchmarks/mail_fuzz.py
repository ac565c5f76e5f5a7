"""Mails that nobody would write, read one after another: does one crash, hang or eat the memory?

    python benchmarks/mail_fuzz.py [--minutes 10] [--seed 1] [--keep FOLDER] [--json]

Two thirds are our own mails, mutated; the rest comes from a grammar of hostile structures, some of
many megabytes. Each goes all the way: parts, characters, text, reply, attachments, screening,
delivery reports. A mail counts as crashed if anything is raised, also where the reader itself
caught it and put the mail aside, and as hung after a minute. `--keep` stores what was found.
"""

import argparse
import base64
import json
import random
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from channels.email.bounces import delivery_reports
from channels.email.parsing import CannotParse, parse
from channels.email.screening import Ourselves, screen

ROOT = Path(__file__).resolve().parents[1]
MAILS = ROOT / "tests" / "channels" / "email"
OURSELVES = Ourselves("support@harunowa.example", "harunowa.example")
MOST_SECONDS = 60
LARGEST = 50_000_000
TOKENS = [
    b"\r\n\r\n", b"\r\n", b"\n", b"\r", b"\0", b"\x1b$B", b"\x1b(B", b"\x1b(I", b"\xff", b"\x80",
    b"=?utf-8?B?", b"=?iso-2022-jp?B?GyRC?=", b"=?x?q?", b"?=", b"--b", b"--", b"=\r\n", b"=E3=81",
    b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n",
    b"Content-Type: text/html\r\n", b"Content-Transfer-Encoding: base64\r\n", b"; charset=utf-7",
    b"; charset=\"", b"; name*0*=utf-8''%E3", b"filename=\"", b"<", b">", b"\"", b"(", b")", b"@",
    b"> ", b"> > > ", b"On Tue, 3 Nov 2026 at 10:23, x <a@b.c> wrote:\r\n", "差出人: ".encode(),
    b"<blockquote>", b"</blockquote>", b"<div class=gmail_quote>", b"<table><tr><td>", b"<pre>",
    b"-----Original Message-----\r\n", b"Final-Recipient: rfc822; a@b.c\r\n", b"Action: failed\r\n",
    b"BEGIN:VCALENDAR\r\n", b"METHOD:REPLY\r\n", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b", b"X-Spam-Flag: YES\r\n", b"Auto-Submitted: auto-replied\r\n", "━━━━━━".encode(),
    "\u202e".encode(), "ｶﾞ".encode("cp932"), "予約".encode("euc_jp"), b"begin 644 a\r\n", b"%",
    b"&#x110000;",
]
HEADS = [b"From: a@x.example\r\n", b"From: =?utf-8?B?5L2Q6Jek?= <a@x.example>\r\n"]
Made = Callable[[random.Random], bytes]


def mutated(dice: random.Random, seeds: list[bytes]) -> bytes:
    """One of our mails after a few accidents."""
    raw = bytearray(dice.choice(seeds))
    for _ in range(dice.randint(1, 12)):
        place = dice.randrange(len(raw) + 1)
        kind = dice.randrange(8)
        if kind == 0:
            raw[place:place] = dice.choice(TOKENS)
        elif kind == 1:
            del raw[place:place + dice.randint(1, 200)]
        elif kind == 2 and raw:
            raw[place % len(raw)] = dice.randrange(256)
        elif kind == 3:
            other = dice.choice(seeds)
            start = dice.randrange(len(other) + 1)
            raw[place:place] = other[start:start + dice.randint(1, 2_000)]
        elif kind == 4:
            piece = bytes(raw[place:place + dice.randint(1, 60)])
            raw[place:place] = piece * dice.randint(2, 400)
        elif kind == 5:
            raw[place:place] = dice.choice(TOKENS) * dice.randint(2, 3_000)
        elif kind == 6:
            del raw[place:]
        else:
            raw[place:place] = dice.randbytes(dice.randint(1, 100))
        if len(raw) > 3_000_000:
            break
    return bytes(raw)


def nested_parts(dice: random.Random) -> bytes:
    """Parts in parts."""
    depth = dice.choice([3, 30, 300, 3_000])
    kinds = [b"mixed", b"alternative", b"related", b"digest", b"report"]
    lines = [b"Content-Type: multipart/%b; boundary=b%d\r\n\r\n--b%d\r\n" % (
        dice.choice(kinds), number, number) for number in range(depth)]
    return dice.choice(HEADS) + b"".join(lines) + b"\r\nthe end"


def many_parts(dice: random.Random) -> bytes:
    """A great many parts, or delimiters that open none."""
    count = dice.choice([10, 300, 100_000, 2_000_000])
    piece = dice.choice([b"--b\r\n", b"--b\r\n\r\nx\r\n", b"--b", b"\n--b ", b"--b--\r\n"])
    kind = dice.choice([b"mixed", b"alternative", b"report"])
    head = b"Content-Type: multipart/%b; boundary=b\r\n\r\n" % kind
    return dice.choice(HEADS) + head + piece * min(count, LARGEST // len(piece))


def huge_header(dice: random.Random) -> bytes:
    """One field, or a great many."""
    count = dice.choice([1_000, 50_000, 1_000_000])
    name = dice.choice([b"From", b"To", b"Subject", b"Content-Type", b"References", b"Date",
                        b"Content-Disposition", b"Authentication-Results", b"Received", b"X-Y"])
    piece = dice.choice([b"a, ", b"<a@x.example>, ", b"=?utf-8?B?44GC?= ", b"=?utf-8?Q?=E3?=\r\n ",
                         b";", b"; a=\"", b"(", b"\"", b"<", b"@", b"=?", b"\r\n ", b"; n*0=x",
                         b"\\"])
    if dice.random() < 0.3:
        field = name + b": " + piece.strip() + b"\r\n"
        return dice.choice(HEADS) + field * (count // 10) + b"\r\nx"
    return dice.choice(HEADS) + name + b": " + piece * count + b"\r\n\r\nx"


def huge_text(dice: random.Random) -> bytes:
    """A long text of the things that readers of replies look at."""
    pieces = [b"> ", b">", b"\n", b" ", b"a", b"On ", b"On 2026-11-03 10:23 a@b.c x\n", b"wrote:\n",
              b"-- \n", b"--------\n", b"From: a\n", b"Sent: b\n", b"|", b"| x\n", b"\xe3\x80\x80",
              "書きました".encode(), "株式会社 03-0000-0000\n".encode(), b"tel 03-0000-0000 ",
              b"x:\n",
              "本メールは".encode(), b"user address ", b"550 a@b.c ", b"a@b.c\n", b"5.1.1 ", b"?"]
    count = dice.choice([100, 10_000, 300_000])
    body = b"".join(dice.choice(pieces) for _ in range(dice.randint(1, 2_000)))
    if dice.random() < 0.6:
        body += dice.choice(pieces) * count
    flowed = b"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n"
    head = dice.choice([b"", flowed, b"In-Reply-To: <a@b>\r\n",
                        b"From: MAILER-DAEMON@x.example\r\n", b"Subject: Fwd: x\r\n"])
    return dice.choice(HEADS) + head + b"\r\n" + body


def hostile_html(dice: random.Random) -> bytes:
    """Tags that open and open."""
    tags = [b"<div>", b"<blockquote>", b"<table><tr><td>", b"<b>", b"<p>", b"<ul><li>",
            b"<a href=x>", b"<div class=\"gmail_quote\">", b"<!--", b"&amp;", b"<pre>", b"x",
            b"<br>", b"<style>",
            b"<span style=\"display:none\">", b"</div>", b"</td>", b"<img alt=x>", b"<h1>", b"<ol>"]
    body = b"".join(dice.choice(tags) for _ in range(dice.randint(1, 3_000)))
    body += dice.choice(tags) * dice.choice([0, 100, 20_000, 200_000])
    return dice.choice(HEADS) + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body


def odd_charset(dice: random.Random) -> bytes:
    """Bytes under a label that they may not fit."""
    label = dice.choice([b"utf-8", b"utf-7", b"utf-16", b"utf-32", b"iso-2022-jp", b"iso-2022-kr",
                         b"hz", b"shift_jis", b"euc-jp", b"gb18030", b"big5", b"idna", b"base64",
                         b"rot13",
                         b"unicode_escape", b"undefined", b"x" * 500, b"\xff", b"cp50220", b"mbcs"])
    data = dice.randbytes(dice.choice([10, 1_000, 200_000]))
    if dice.random() < 0.4:
        data = dice.choice(TOKENS) * dice.choice([1, 1_000, 300_000])
    head = b"Content-Type: text/plain; charset=" + label + b"\r\n"
    if dice.random() < 0.5:
        head += b"Content-Transfer-Encoding: base64\r\n"
        data = base64.encodebytes(data)
    subject = b"Subject: " + data[:200].replace(b"\n", b"") + b"\r\n"
    return dice.choice(HEADS) + subject + head + b"\r\n" + data


def hostile_files(dice: random.Random) -> bytes:
    """Attached files that are not what they say."""
    parts = []
    for _ in range(dice.choice([1, 5, 190])):
        data = dice.choice([b"PK\x03\x04", b"\x1f\x8b\x08\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                            b"%PDF-1", b"{\\rtf1", b"MZ\0", b""])
        data += dice.randbytes(dice.choice([0, 50, 5_000]))
        data += dice.choice([b"", b"PK\x01\x02" * 500, b"PK\x05\x06" + dice.randbytes(18)])
        parts.append(b"--b\r\nContent-Type: application/zip; name=\"" + dice.choice(TOKENS)
                     + b"\"\r\nContent-Disposition: attachment\r\n"
                     b"Content-Transfer-Encoding: base64\r\n\r\n"
                     + base64.encodebytes(data) + b"\r\n")
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    return dice.choice(HEADS) + head + b"".join(parts) + b"--b--\r\n"


def odd_report(dice: random.Random) -> bytes:
    """Something like a delivery report."""
    fields = [b"Final-Recipient: rfc822; a@b.c\r\n", b"Action: failed\r\n", b"Status: 5.1.1\r\n",
              b"\r\n",
              b"Diagnostic-Code: smtp; 550 " + b"user " * dice.choice([1, 20_000]) + b"\r\n",
              b"Original-Recipient: ;\r\n", b"Final-Recipient: " + b"a@b.c " * 2_000 + b"\r\n"]
    body = b"".join(dice.choice(fields) for _ in range(dice.choice([1, 20, 5_000])))
    return (b"From: MAILER-DAEMON@x.example\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
            b"--b\r\n\r\n" + dice.choice(TOKENS) * dice.choice([1, 2_000])
            + b"a@b.c: 550 no such user\r\n--b\r\n"
            b"Content-Type: message/delivery-status\r\n\r\n" + body + b"\r\n--b\r\nContent-Type: "
            b"message/rfc822\r\n\r\nMessage-ID: <out-1@harunowa.example>\r\n\r\n--b--\r\n")


def very_large(dice: random.Random) -> bytes:
    """As large as the largest mail server lets through."""
    size = dice.choice([5_000_000, 25_000_000, LARGEST])
    kind, filler = dice.choice([
        (b"text/plain", b"x"), (b"text/plain", b"word " * 14 + b"\r\n"),
        (b"text/html", b"<p>x</p>\r\n"),
        (b"application/pdf", base64.encodebytes(b"x" * 57)), (b"text/plain", b"> x\r\n"),
        (b"multipart/mixed; boundary=b", b"\r\n--bb\r\n"), (b"text/plain", b"\x1b$B0\"\x1b(B"),
        (b"message/rfc822", b"From: a@b.c\r\nX: y\r\n"), (b"text/calendar", b"A:B\r\n"),
    ])
    encoding = dice.choice([b"7bit", b"base64", b"quoted-printable"])
    head = b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n"
    return dice.choice(HEADS) + head + filler * (size // len(filler))


GRAMMAR: tuple[tuple[Made, int], ...] = (
    (nested_parts, 4), (many_parts, 3), (huge_header, 5), (huge_text, 10), (hostile_html, 6),
    (odd_charset, 8), (hostile_files, 4), (odd_report, 6), (very_large, 1),
)


def whole_way(raw: bytes) -> str:
    """Reads the mail as the receiver does; says what was caught on the way, or nothing."""
    mail = parse(raw)
    reports = delivery_reports(raw)
    if isinstance(mail, CannotParse):
        return mail.reason if "(" in mail.reason or "deeply" in mail.reason else ""
    found = screen(mail, "", OURSELVES)
    # All of it must be fit to be stored: whole characters, and no zero among them.
    told = [asdict(mail), dict(found.values), [asdict(report) for report in reports]]
    stored = json.dumps(told, ensure_ascii=False, default=str).encode("utf-8")
    return "a zero character" if b"\\u0000" in stored else ""


def _too_long(_signal: int, _frame: Any) -> None:
    raise TimeoutError("hung")


def run(minutes: float, seed: int, keep: Path | None) -> dict[str, Any]:
    """Reads mails until the time is up."""
    dice = random.Random(seed)
    seeds = [path.read_bytes() for path in sorted(MAILS.rglob("*.eml"))]
    makers, weights = zip(*GRAMMAR, strict=True)
    signal.signal(signal.SIGALRM, _too_long)
    ends = time.monotonic() + minutes * 60
    count = size = 0
    crashed: list[dict[str, Any]] = []
    slowest = {"ms": 0.0, "bytes": 0, "kind": ""}
    while time.monotonic() < ends:
        make = dice.choices(makers, weights)[0] if dice.random() < 1 / 3 else None
        raw = make(dice) if make else mutated(dice, seeds)
        kind = make.__name__ if make else "mutated"
        began = time.process_time()
        signal.alarm(MOST_SECONDS)
        try:
            caught = whole_way(raw)
        except Exception as error:  # what this program looks for
            caught = f"{type(error).__name__}: {error}"
        signal.alarm(0)
        took = (time.process_time() - began) * 1_000
        count, size = count + 1, size + len(raw)
        if took > slowest["ms"]:
            slowest = {"ms": round(took, 1), "bytes": len(raw), "kind": kind}
        if caught:
            crashed.append({"kind": kind, "number": count, "what": caught[:200]})
        if keep is not None and (caught or took > 2_000):
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{kind}-{count}-{took:.0f}ms.eml").write_bytes(raw)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"minutes": minutes, "seed": seed, "mails": count, "megabytes": size // 1_000_000,
            "crashes": len(crashed), "max_rss_mb": memory, "slowest": slowest,
            "found": crashed[:20]}


def main() -> None:
    """Prints what was found; ends with 1 if anything crashed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = run(asked.minutes, asked.seed, asked.keep)
    if asked.json:
        print(json.dumps(found, indent=1))
    else:
        for name, value in found.items():
            print(f"{name:<12} {value}")
    raise SystemExit(1 if found["crashes"] else 0)


if __name__ == "__main__":
    main()
