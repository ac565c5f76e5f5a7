"""Calendar parts of a mail: what is proposed, accepted or called off (RFC 5545, 5546)."""

import re
from dataclasses import dataclass

LONGEST = 200_000
FIELD = re.compile(r"([A-Za-z-]{1,40})((?:;[^;:\"]*(?:\"[^\"]*\"[^;:\"]*)*)*):(.*)")
ANSWER = re.compile(r"PARTSTAT=([A-Z-]{1,30})", re.IGNORECASE)
ADDRESS = re.compile(r"(?i)mailto:([^\s>\"]{1,200})")
LONGEST_VALUE = 500


@dataclass(frozen=True)
class Invitation:
    """One calendar part; `method` is request, reply, cancel and the like in lower case, times
    stand as they were written, `answer` is what an answering guest says (accepted, declined …)."""

    method: str
    summary: str
    starts: str
    ends: str
    place: str
    organizer: str
    answer: str = ""


def invitation(text: str) -> Invitation | None:
    """The first event of a calendar text; None if it holds none."""
    found: dict[str, str] = {}
    answer, is_event, organizer = "", False, ""
    for line in re.sub(r"\r?\n[ \t]", "", text[:LONGEST]).splitlines():
        field = FIELD.fullmatch(line[:4_000])
        if not field:
            continue
        name, given, value = field[1].upper(), field[2], field[3].strip()
        if name == "BEGIN" and value.upper() in ("VEVENT", "VTODO"):
            is_event = True
        elif name == "END" and is_event and value.upper() in ("VEVENT", "VTODO"):
            break
        elif name == "ORGANIZER":
            address = ADDRESS.search(value)
            organizer = address[1].lower() if address else ""
        elif name == "ATTENDEE" and (said := ANSWER.search(given)):
            answer = answer or said[1].lower()
        elif name == "METHOD" or is_event:
            found.setdefault(name, _plain(value))
    if not is_event and "METHOD" not in found:
        return None
    return Invitation(
        found.get("METHOD", "").lower(), found.get("SUMMARY", ""), found.get("DTSTART", ""),
        found.get("DTEND", ""), found.get("LOCATION", ""), organizer,
        answer if found.get("METHOD", "").lower() == "reply" else "",
    )


def _plain(value: str) -> str:
    return re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\[nN]", " ", value))[:LONGEST_VALUE]
