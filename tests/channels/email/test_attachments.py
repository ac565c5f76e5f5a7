"""Files: what they are whatever they say, and what is dangerous in them."""

import io
import zipfile
import zlib

import pytest

from channels.email.attachments import examined, seen_type

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def packed(*names: str, size: int = 10, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name in names:
            # A date of its own would change the bytes, and with them the test's name, each second.
            archive.writestr(zipfile.ZipInfo(name), b"\0" * size, compress_type=method)
    return buffer.getvalue()


def office(*names: str) -> bytes:
    return packed("[Content_Types].xml", "word/document.xml", *names)


@pytest.mark.parametrize(("data", "wanted"), [
    (b"%PDF-1.7\n", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"GIF89a", "image/gif"),
    (b"\0\0\0\x18ftypheic", "image/heic"), (b"RIFF\0\0\0\0WEBP", "image/webp"),
    (office(), "application/vnd.openxmlformats-officedocument"), (packed("a"), "application/zip"),
    (OLE, "application/x-ole-storage"), (b"MZ\x90\0" + bytes(60), "application/x-msdownload"),
    (b"MZ is the beginning of a word", ""), (b"#!/bin/sh\n", "text/x-shellscript"),
    (b"BEGIN:VCALENDAR", "text/calendar"), (b"<!doctype html>", "text/html"),
    (b"hello", ""), (b"", ""),
])
def test_a_file_is_what_its_first_bytes_say(data: bytes, wanted: str) -> None:
    assert seen_type(data) == wanted


@pytest.mark.parametrize(("name", "label", "data"), [
    ("photo.jpg", "image/jpeg", b"\xff\xd8\xff\xe0"),
    ("photo.heic", "image/heic", b"\0\0\0\x18ftypheic"),
    ("a.pdf", "application/octet-stream", b"%PDF-1.7\n"),
    ("見積.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", office()),
    ("old.doc", "application/msword", OLE), ("a.txt", "text/plain", b"hello"),
    ("a.csv", "text/csv", b"a,b"), ("a.zip", "application/x-zip-compressed", packed("a.txt")),
    ("book.zip", "application/zip", packed(*(f"{n}.txt" for n in range(900)))),
    ("movie.mov", "video/quicktime", b"\0\0\0\x14ftypqt  "),
])
def test_honest_files_raise_no_warning(name: str, label: str, data: bytes) -> None:
    assert examined(name, label, data).warnings == ()


@pytest.mark.parametrize(("name", "label", "data", "warning"), [
    ("invoice.pdf", "application/pdf", b"MZ\x90\0" + bytes(60), "type_differs"),
    ("invoice.pdf", "application/pdf", b"MZ\x90\0" + bytes(60), "runs"),
    ("invoice.pdf.exe", "application/octet-stream", b"x", "runs"),
    ("invoice.js ", "text/plain", b"x", "runs"),
    ("photo.jpg", "image/jpeg", b"<html><script>", "type_differs"),
    ("請求書\u202efdp.exe", "application/pdf", b"x", "turned_name"),
    ("請求書.docx", "application/x", office("word/vbaProject.bin"), "macros"),
    ("請求書.xlsm", "application/x", office(), "macros"),
    ("表.xlsx", "application/x", office("xl/macrosheets/sheet1.xml"), "macros"),
    ("old.xls", "application/vnd.ms-excel", OLE + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
    ("old.doc", "application/msword", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ("a.rtf", "application/rtf", b"{\\rtf1{\\object\\objdata 00}}", "macros"),
    ("a.pdf", "application/pdf", b"%PDF-1.7\n/OpenAction /JavaScript (x)", "macros"),
    ("a.zip", "application/zip", packed("docs/setup.EXE"), "packed_program"),
    ("a.zip", "application/zip", packed("big", size=150_000_000), "archive_bomb"),
    ("a.zip", "application/zip", packed(*map(str, range(5_001)), size=0), "archive_bomb"),
    ("a.gz", "application/gzip", zlib.compress(bytes(90_000_000), wbits=31), "archive_bomb"),
    ("a.zip", "application/zip", packed("a")[:-30], "damaged"),
    ("film.mp4", "video/mp4", b"\0\0\0\x18ftypisom" + bytes(11_000_000), "large"),
])
def test_what_is_dangerous_or_odd_is_told(
    name: str, label: str, data: bytes, warning: str
) -> None:
    assert warning in examined(name, label, data).warnings


def test_a_locked_archive_is_told() -> None:
    data = bytearray(packed("a.txt"))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    assert "encrypted" in examined("a.zip", "application/zip", bytes(data)).warnings


def test_a_list_of_a_million_entries_is_not_read() -> None:
    end = b"PK\x05\x06" + bytes(8) + (50_000_000).to_bytes(4, "little") + bytes(6)
    data = b"PK\x03\x04" + bytes(100) + end
    assert "archive_bomb" in examined("a.zip", "application/zip", data).warnings


def test_turning_marks_leave_the_name() -> None:
    assert examined("\u202efdp.exe", "a/b", b"").name == "fdp.exe"
