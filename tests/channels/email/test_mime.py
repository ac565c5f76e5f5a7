"""The parts of a mail, however badly it is built, and never more work than it has bytes."""

import base64
import time
from email import message_from_bytes
from email.policy import compat32
from pathlib import Path

import pytest

from channels.email.mime import DEEPEST, MOST_PARTS, Part, read

HERE = Path(__file__).parent


def types(raw: bytes) -> list[str]:
    return [leaf.type for leaf in read(raw)[0].leaves()]


def text(raw: bytes) -> bytes:
    return next(iter(read(raw)[0].leaves())).content()


def multipart(*parts: bytes, boundary: str = "b", kind: str = "mixed") -> bytes:
    head = f"From: a@x.example\r\nContent-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n"
    between = f"--{boundary}\r\n".encode()
    return head.encode() + b"".join(between + part + b"\r\n" for part in parts) + (
        f"--{boundary}--\r\n".encode())


def test_parts_are_found_in_order() -> None:
    raw = multipart(b"\r\none", b"Content-Type: text/html\r\n\r\n<p>two", b"\r\nthree")
    assert types(raw) == ["text/plain", "text/html", "text/plain"]
    assert [leaf.content() for leaf in read(raw)[0].leaves()] == [b"one", b"<p>two", b"three"]


def test_a_missing_last_boundary_loses_nothing() -> None:
    raw = multipart(b"\r\none", b"\r\ntwo").removesuffix(b"--b--\r\n")
    assert [leaf.content().strip() for leaf in read(raw)[0].leaves()] == [b"one", b"two"]


def test_a_boundary_that_begins_like_another_is_not_it() -> None:
    inner = multipart(b"\r\ninner", boundary="bb", kind="alternative")
    raw = multipart(inner, b"\r\nouter")
    assert [leaf.content() for leaf in read(raw)[0].leaves()] == [b"inner", b"outer"]


@pytest.mark.parametrize("head", [
    b"Content-Type: multipart/mixed", b"Content-Type: multipart/mixed; boundary=wrong",
    b"Content-Type: multipart/mixed;\r\nboundary=--=_x",
])
def test_a_missing_or_wrong_boundary_is_guessed(head: bytes) -> None:
    raw = b"From: a@x.example\r\n" + head + (
        b"\r\n\r\n--==_x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--==_x--\r\n")
    assert text(raw) == b"hello"


def test_a_multipart_without_any_part_is_text() -> None:
    raw = b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\nhello"
    assert (types(raw), text(raw)) == (["text/plain"], b"hello")


def test_mails_in_a_digest_are_mails() -> None:
    assert types(multipart(b"\r\nFrom: b@x.example\r\n\r\nhi", kind="digest")) == ["message/rfc822"]


def test_a_broken_fold_belongs_to_its_field() -> None:
    part, _ = read(b"Subject: a very\r\nlong one\r\nFrom: a@x.example\r\n\r\nText: yes\r\n")
    assert part.value("Subject") == "a very long one"
    assert part.content() == b"Text: yes\r\n"


def test_text_without_a_header_is_all_text() -> None:
    part, _ = read(b"hello\r\n\r\nFrom: a@x.example")
    assert (part.fields, part.content()) == ((), b"hello\r\n\r\nFrom: a@x.example")


def test_a_blank_looking_line_inside_a_field_does_not_end_the_header() -> None:
    part, _ = read(b"Subject: one\r\n \r\n\ttwo\r\nFrom: a@x.example\r\n\r\nbody")
    assert (part.value("From"), part.value("Subject")) == ("a@x.example", "one  two")


@pytest.mark.parametrize("raw", [
    b"From a@x.example Mon Nov 23 2026\nFrom: a@x.example\n\nhi",
    b">From a@x.example Mon Nov 23 2026\nFrom: a@x.example\n\nhi",
    b"\r\n\r\nFrom: a@x.example\r\n\r\nhi", b"\xef\xbb\xbfFrom: a@x.example\n\nhi",
    b"From: a@x.example\r\rhi", b"From  : a@x.example\n\nhi",
])
def test_what_stands_before_the_header_does_no_harm(raw: bytes) -> None:
    part, _ = read(raw)
    assert (part.value("From"), part.content().strip()) == ("a@x.example", b"hi")


@pytest.mark.parametrize(("encoding", "body", "wanted"), [
    ("base64", base64.b64encode("予約".encode()), "予約".encode()),
    ("BASE64", b"5LqI\r\n 57SE", "予約".encode()),
    ("base64 (of course)", b"5LqI57SE====", "予約".encode()),
    ("base64", b"5LqI57S", "予".encode() + b"\xe7\xb4"),
    ("base64", b"5LqI\r\n57SE\r\n-- \r\n", "予約".encode() + b"\xfb"),
    ("base64", "これは実は平文です。".encode(), "これは実は平文です。".encode()),
    ("base64", b"YWI=Y2Q=", b"abcd"),
    ("quoted-printable", b"=E4=BA=88=\r\n=E7=B4=84", "予約".encode()),
    ("quoted-printable", b"100=", b"100"),
    ("quoted-printable", b"a=ZZb", b"a=ZZb"),
    ("x-uuencode", b"begin 644 a.txt\n%:&5L;&\\\n`\nend\n", b"hello"),
    ("8bit", b"as it is", b"as it is"), ("7-bit", b"as it is", b"as it is"),
])
def test_transfer_encodings_are_undone(encoding: str, body: bytes, wanted: bytes) -> None:
    raw = f"From: a@x.example\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body
    assert read(raw)[0].content().rstrip(b"\xfb") == wanted.rstrip(b"\xfb")


def test_parts_beyond_the_bounds_are_left_unread_and_named() -> None:
    root, pushed = read(multipart(*[b"\r\nx"] * (MOST_PARTS + 50)))
    assert (len(list(root.leaves())), pushed) == (MOST_PARTS, True)
    assert read(multipart(b"\r\nx"))[1] is False


def test_nesting_beyond_the_bounds_is_left_unread_and_named() -> None:
    raw = b"From: a@x.example\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(500))
    root, pushed = read(raw)
    depth, part = 0, root
    while part.parts:
        depth, part = depth + 1, part.parts[0]
    assert (depth, pushed) == (DEEPEST, True)


@pytest.mark.parametrize("raw", [
    b"From: a@x.example\nContent-Type: text/plain" + b";" * 3_000_000 + b"\n\nx",
    b"From: a@x.example\nX: " + b"a\n b" * 700_000 + b"\n\nx",
    b"x\n" * 2_000_000,
    b"X: y\n" * 1_000_000,
    b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 1_000_000,
    b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b" * 1_500_000,
    b"From: a@x.example\nContent-Transfer-Encoding: base64\n\n" + b"=" * 3_000_000,
    b"From: a@x.example\nContent-Type: text/plain; " + b'a="' * 300_000,
], ids=["semicolons", "folds", "no header", "fields", "parts", "delimiters", "padding", "quotes"])
def test_hostile_bytes_take_little_time(raw: bytes) -> None:
    began = time.process_time()
    root, _ = read(raw)
    [leaf.content() for leaf in root.leaves()]
    # Quadratic work over three megabytes would take hours; this is no measurement of speed.
    assert time.process_time() - began < 20


def test_well_built_mails_are_read_as_the_standard_library_reads_them() -> None:
    for path in sorted((HERE / "mails").glob("*.eml")):
        raw = path.read_bytes()
        if b"message/" in raw:
            continue  # they take reports and mails inside apart, we do not
        theirs = [(one.get_content_type(), (one.get_payload(decode=True) or b"").strip())
                  for one in message_from_bytes(raw, policy=compat32).walk()
                  if not one.is_multipart()]
        ours = [(leaf.type, leaf.content().strip()) for leaf in read(raw)[0].leaves()]
        assert ours == theirs, path.name


def test_a_part_shows_itself_without_the_whole_mail() -> None:
    assert len(repr(Part((), b"x" * 10_000, 0, 10_000))) < 200
