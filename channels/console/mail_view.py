"""What a mail brought beside its text: files, mails that it passes on, calendar parts."""

from collections.abc import Mapping
from typing import Any

from channels.console.contexts import FileShown
from channels.console.wording import Wording, excerpt

MOST_FILES = 20


def files_of(wording: Wording, details: Mapping[str, Any]) -> tuple[FileShown, ...]:
    """The files of a message that came by mail, with warnings in words."""
    return tuple(
        FileShown(
            name=str(one.get("name") or wording.t("file.unnamed")),
            kind=wording.t("list.dot").join(
                (size_shown(int(one.get("size", 0))),
                 str(one.get("seen_type") or one.get("type", "")))),
            warnings=tuple(wording.named("file_warning", code)
                           for code in one.get("warnings", ())),
        )
        for one in _mail(details).get("attachments", ())[:MOST_FILES]
    )


def notes_of(wording: Wording, details: Mapping[str, Any]) -> tuple[str, ...]:
    """Whose words stand in the message beside its writer's, and what a calendar part proposes."""
    mail = _mail(details)
    passed_on = [
        wording.t("mail.forwarded", name=_author(wording, one),
                  subject=excerpt(str(one.get("subject", "")), 60) or "-")
        for one in mail.get("forwarded", ())
    ]
    proposed = [
        wording.t("mail.invitation", summary=excerpt(str(one.get("summary", "")), 60),
                  starts=str(one.get("starts", "")))
        for one in mail.get("invitations", ())
    ]
    return (*passed_on, *proposed)


def size_shown(count: int) -> str:
    """A number of bytes for people."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, count // 1000)} kB"


def _author(wording: Wording, forwarded: Mapping[str, Any]) -> str:
    name, address = forwarded.get("from_name", ""), forwarded.get("from_address", "")
    return f"{name} <{address}>" if name and address else name or address or (
        wording.t("quarantine.nobody"))


def _mail(details: Mapping[str, Any]) -> Mapping[str, Any]:
    found = details.get("mail")
    return found if isinstance(found, Mapping) else {}
