"""Files that came with a mail: what they are, whatever they say, and what is dangerous in them.

Nothing is opened to be used, and nothing is unpacked beyond a bound. What is found is a warning
to the operators; a file is never a reason to lose a mail.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.text import straight

LARGE = 10_000_000
# A packed file may be this many times as large as its archive, once it is larger than this.
MOST_UNPACKED_RATIO = 100
MOST_UNPACKED = 100_000_000
MOST_ENTRIES = 5_000
LARGEST_DIRECTORY = 1_000_000
SEARCHED = 8_000_000


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail.

    `type` is what it says it is, `seen_type` what its bytes say (empty where they say nothing),
    `size` counts bytes, and `warnings` are the codes type_differs, runs, turned_name, macros,
    archive_bomb, encrypted, packed_program, damaged and large.
    """

    name: str
    type: str
    size: int
    seen_type: str = ""
    warnings: tuple[str, ...] = ()


def examined(name: str, label: str, data: bytes) -> Attachment:
    """The file with what there is to say about it; never raises."""
    seen = seen_type(data)
    # Marks that turn the reading direction make "exe.gpj" look like "jpg.exe".
    clean = straight(name)
    warnings = {
        "turned_name": clean != name,
        "type_differs": bool(seen) and _differs(label, seen),
        "runs": seen in _types()["runs_types"] or _ending(clean) in _types()["runs_endings"],
        "large": len(data) > LARGE,
    }
    found = [code for code, holds in warnings.items() if holds]
    found += _inside(seen, clean, data)
    return Attachment(clean, label, len(data), seen, tuple(dict.fromkeys(found)))


def seen_type(data: bytes) -> str:
    """What the bytes say the file is; an empty string if nothing known begins so."""
    for one in _types()["signatures"]:
        at, wanted = one.get("at", 0), bytes.fromhex(one["bytes"])
        if data[at:at + len(wanted)].upper() == wanted.upper() and (
            "also" not in one or one["also"].encode() in data[:4_000]
            or one["also"].encode() in data[-LARGEST_DIRECTORY:]
        ) and ("binary" not in one or b"\0" in data[:64]):
            return str(one["type"])
    return ""


def _differs(label: str, seen: str) -> bool:
    if label in _types()["vague"] or label == seen or label.startswith(seen):
        return False
    return not any(
        seen in family and any(label.startswith(one) for one in family)
        for family in _types()["same"]
    )


def _inside(seen: str, name: str, data: bytes) -> list[str]:
    macros = _types()["macros"]
    found = ["macros"] if _ending(name) in macros["endings"] else []
    if data.startswith(b"PK\x03\x04"):
        found += _in_zip(data)
    elif seen == "application/gzip":
        found += ["archive_bomb"] if _unpacks_too_far(data) else []
    elif seen == "application/x-ole-storage":
        # Names of an OLE directory are UTF-16; an encrypted document holds this stream.
        if any(one.encode("utf-16-le") in data[:SEARCHED] for one in macros["bytes_in_ole"]):
            found.append("macros")
        if "EncryptedPackage".encode("utf-16-le") in data[:SEARCHED]:
            found.append("encrypted")
    for kind, key in (("application/rtf", "bytes_in_rtf"), ("application/pdf", "bytes_in_pdf")):
        if seen == kind and any(one.encode() in data[:SEARCHED] for one in macros[key]):
            found.append("macros")
    return found


def _in_zip(data: bytes) -> list[str]:
    if _directory_size(data) > LARGEST_DIRECTORY:
        return ["archive_bomb"]
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, KeyError):
        return ["damaged"]
    found = []
    names = [entry.filename.lower() for entry in entries]
    unpacked = sum(entry.file_size for entry in entries)
    if (len(entries) > MOST_ENTRIES or (unpacked > MOST_UNPACKED
            and unpacked > MOST_UNPACKED_RATIO * len(data)) or _overlaps(entries, len(data))):
        found.append("archive_bomb")
    if any(entry.flag_bits & 1 for entry in entries):
        found.append("encrypted")
    if any(mark in name for name in names for mark in _types()["macros"]["names_in_zip"]):
        found.append("macros")
    if any(_ending(name) in _types()["runs_endings"] for name in names):
        found.append("packed_program")
    return found


def _directory_size(data: bytes) -> int:
    """How large the list of a zip file's entries says it is: it is read as a whole."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    return int.from_bytes(data[at + 12:at + 16], "little") if at >= 0 else 0


def _overlaps(entries: "list[zipfile.ZipInfo]", size: int) -> bool:
    """Entries that share their packed bytes claim more of them than the file has."""
    return sum(entry.compress_size for entry in entries) > size


def _unpacks_too_far(data: bytes) -> bool:
    most = min(MOST_UNPACKED_RATIO * len(data) + 1_000_000, MOST_UNPACKED)
    packer, unpacked, rest = zlib.decompressobj(wbits=31), 0, data
    while rest and unpacked <= most:
        try:
            unpacked += len(packer.decompress(rest, 1_000_000))
        except zlib.error:
            return False
        rest = packer.unconsumed_tail
    return unpacked > most


def _ending(name: str) -> str:
    # Spaces and dots at the end are dropped by the system that opens the file.
    return name.rstrip(". ").rpartition(".")[2].lower()


@cache
def _types() -> Any:
    return yaml.safe_load((Path(__file__).parent / "file_types.yaml").read_text(encoding="utf-8"))
