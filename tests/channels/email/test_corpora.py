"""Public corpora, where they are: how many mails are read rightly, and no word lost."""

from pathlib import Path

from channels.email.parsing import ParsedMail, parse
from channels.email.reply_text import new_text
from channels.email.screening import Kind, Ourselves, screen


def folded(text: str) -> str:
    return " ".join(text.split())


def test_replies_are_trimmed_and_no_word_is_lost(shared_data: Path) -> None:
    folder = shared_data / "email_reply_trimmer"
    exact, lost = 0, []
    names = sorted(path.name for path in (folder / "emails").glob("*.txt"))
    for name in names:
        text = (folder / "emails" / name).read_text(encoding="utf-8", errors="replace")
        wanted = folded((folder / "trimmed" / name).read_text(encoding="utf-8"))
        found = folded(new_text(text))
        exact += found == wanted
        if not set(wanted.split()) <= set(found.split()):
            lost.append(name)
    assert lost == []
    assert exact / len(names) >= 0.85


def test_no_bounce_of_the_corpus_would_be_answered(shared_data: Path) -> None:
    answered = []
    for path in sorted((shared_data / "email_bounces_sisimai").rglob("*.eml")):
        mail = parse(path.read_bytes())
        if isinstance(mail, ParsedMail) and screen(
            mail, None, Ourselves("", "")
        ).kind is Kind.HUMAN:
            answered.append(path.name)
    assert answered == []


def test_an_old_japanese_mail_is_read(shared_data: Path) -> None:
    mail = parse((shared_data / "mail_iso_2022_jp" / "sample0.eml").read_bytes())
    assert isinstance(mail, ParsedMail)
    assert (mail.subject, mail.new_text) == ("投稿0", "投稿テスト")
