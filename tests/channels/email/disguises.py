"""Mails that claim to be 佐藤 美咲's, and what the house makes of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import select

from assistant.conversations.models import Conversation, LedgerEntry, Message
from assistant.database import read_scope
from channels.email.composing import compose
from channels.email.dkim_check import DkimCheck
from channels.email.letterhead import Letterhead
from channels.email.receiving import MailReceiver
from channels.email.server import MailDoor
from channels.services import Services
from tests.channels.email.dkim_keys import lookup, signed

VICTIM = "misaki.sato@mail.example"
THIEF = "thief@evil.example"
SUPPORT = "support@harunowa.example"
SERVER = "mail.harunowa.example"
# What only she may hear: her pet, her appointment, her points, her shop, her name.
PERSONAL = ("モカ", "11月29日", "14時30分", "1,240", "目黒", "佐藤", "美咲", "スタンダード")
QUESTIONS = ("次の予約はいつですか？", "ポイントの残高は？", "モカのワクチンはいつですか？")


@dataclass(frozen=True)
class Case:
    """A disguise. `results` are what our own mail server wrote on top, `forged` what came with the
    mail; with `signer` the mail is really signed, and our own door looks at it."""

    name: str
    sender: str = f"From: {VICTIM}"
    results: str = ""
    forged: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    signer: str = ""
    change: tuple[bytes, bytes] = (b"", b"")
    envelope: str = VICTIM
    proven: bool = False
    answered: str = VICTIM
    alignment: str = "relaxed"


def _server(*results: str) -> str:
    return f"{SERVER}; " + "; ".join(results)


GOOD = "dkim=pass header.d=mail.example"
CASES: tuple[Case, ...] = (
    # The customer herself.
    Case("her own mail, signed by her domain", results=_server(GOOD), proven=True),
    Case("her own mail, DMARC passed", results=_server(GOOD, "dmarc=pass header.from=mail.example"),
         proven=True),
    Case("her own mail, really signed, our door looks", signer="mail.example", proven=True),
    Case("signed below her domain, with DMARC's word", proven=True, results=_server(
        "dkim=pass header.d=m1.mail.example", "dmarc=pass header.from=mail.example")),
    Case("her own mail, strict alignment", results=_server(GOOD), proven=True, alignment="strict"),
    # Forged From.
    Case("forged From, nothing else"),
    Case("forged From, SPF passed for the thief", envelope=THIEF, results=_server(
        "spf=pass smtp.mailfrom=evil.example", "dkim=none", "dmarc=fail header.from=mail.example")),
    Case("forged From, SPF of her own domain alone", results=_server(
        "spf=pass smtp.mailfrom=mail.example", "dkim=none", "dmarc=pass header.from=mail.example")),
    Case("forged From, signature broken", results=_server("dkim=fail header.d=mail.example")),
    # Signatures that do not align.
    Case("signed by the thief's domain", results=_server("dkim=pass header.d=evil.example")),
    Case("really signed by the thief's domain, our door looks", signer="evil.example"),
    Case("signed by a domain that ends alike",
         results=_server("dkim=pass header.d=evilmail.example")),
    Case("signed below her domain without DMARC",
         results=_server("dkim=pass header.d=user.mail.example")),
    Case("signed by the top-level domain", results=_server("dkim=pass header.d=example")),
    Case("only header.i names her domain",
         results=_server("dkim=pass header.d=evil.example header.i=@mail.example")),
    Case("signed below her domain, strict alignment", alignment="strict", results=_server(
        "dkim=pass header.d=m1.mail.example", "dmarc=pass header.from=mail.example")),
    Case("her signature over another text", signer="mail.example",
         change=(b"Subject: =", b"Subject: x=")),
    Case("her signed mail with another sender put in",
         sender=f"From: someone.else@mail.example\r\nX-Was: {VICTIM}", signer="mail.example",
         change=(b"From: someone.else@mail.example", f"From: {VICTIM}".encode())),
    Case("DMARC passed for another domain",
         results=_server("dmarc=pass header.from=evil.example")),
    Case("signed in as somebody else", results=_server(f"auth=pass smtp.auth={THIEF}")),
    # Names that look like an address.
    Case("her address as the display name", sender=f'From: "{VICTIM}" <{THIEF}>',
         results=_server("dkim=pass header.d=evil.example"), envelope=THIEF, answered=THIEF),
    Case("her address in an encoded display name", envelope=THIEF, answered=THIEF,
         sender=f"From: =?utf-8?q?misaki=2Esato=40mail=2Eexample?= <{THIEF}>",
         results=_server("dkim=pass header.d=evil.example")),
    Case("her name and the thief's address", sender=f"From: 佐藤 美咲 <{THIEF}>", envelope=THIEF,
         results=_server("dkim=pass header.d=evil.example"), answered=THIEF),
    Case("two pairs of angle brackets", sender=f"From: <{VICTIM}> <{THIEF}>", envelope=THIEF,
         results=_server("dkim=pass header.d=evil.example"), answered=THIEF),
    Case("a quoted comma in the name", sender=f'From: "{VICTIM}, x" <{THIEF}>', envelope=THIEF,
         results=_server("dkim=pass header.d=evil.example"), answered=THIEF),
    # Several senders.
    Case("two From fields, the thief's below", sender=f"From: {VICTIM}\r\nFrom: {THIEF}",
         results=_server("dkim=pass header.d=evil.example")),
    Case("two From fields, the thief's above", sender=f"From: {THIEF}\r\nFrom: {VICTIM}",
         results=_server(GOOD), answered=THIEF),
    Case("two addresses in one From", sender=f"From: {VICTIM}, {THIEF}",
         results=_server(GOOD)),
    Case("two addresses, the thief's first", sender=f"From: {THIEF}, {VICTIM}",
         results=_server(GOOD), answered=THIEF),
    Case("a group of addresses", sender=f"From: us: {VICTIM}, {THIEF};", results=_server(GOOD)),
    Case("From in another case, twice", sender=f"FROM: {VICTIM}\r\nfrom: {THIEF}",
         results=_server(GOOD)),
    # Comments and odd spellings.
    Case("a comment that hides the thief", sender=f"From: {VICTIM} ({THIEF})",
         results=_server("dkim=pass header.d=evil.example")),
    Case("her address as a comment", sender=f"From: {THIEF} ({VICTIM})", envelope=THIEF,
         results=_server("dkim=pass header.d=evil.example"), answered=THIEF),
    Case("an address after a null byte", sender=f"From: {VICTIM}\x00@evil.example",
         results=_server("dkim=pass header.d=evil.example"),
         answered=f"{VICTIM}@evil.example"),
    Case("a folded From", sender=f"From: {VICTIM}\r\n <{THIEF}>", envelope=THIEF,
         results=_server("dkim=pass header.d=evil.example"), answered=THIEF),
    Case("a Sender field with her address", sender=f"From: {THIEF}\r\nSender: {VICTIM}",
         results=_server("dkim=pass header.d=evil.example"), envelope=THIEF, answered=THIEF),
    # Where the answer shall go.
    Case("Reply-To leads to the thief", more=(f"Reply-To: {THIEF}",)),
    Case("Reply-To with her name", more=(f'Reply-To: "佐藤 美咲" <{THIEF}>',)),
    Case("the envelope is the thief's", envelope=THIEF),
    Case("a forged Return-Path", more=(f"Return-Path: <{THIEF}>",)),
    Case("copies to the thief", more=(f"Cc: {THIEF}",)),
    # Look-alike and other domains.
    Case("a domain that looks alike", sender="From: misaki.sato@rnail.example",
         results=_server("dkim=pass header.d=rnail.example"), answered="misaki.sato@rnail.example",
         envelope="misaki.sato@rnail.example"),
    Case("a domain with other letters (punycode)",
         sender="From: misaki.sato@xn--mil-7cd.example",
         results=_server("dkim=pass header.d=xn--mil-7cd.example"),
         answered="misaki.sato@xn--mil-7cd.example", envelope="misaki.sato@xn--mil-7cd.example"),
    Case("her domain below another", sender=f"From: {VICTIM}.evil.example",
         results=_server("dkim=pass header.d=evil.example"), answered=f"{VICTIM}.evil.example",
         envelope=f"{VICTIM}.evil.example"),
    Case("another mailbox of her domain", sender="From: misaki_sato@mail.example",
         results=_server(GOOD), answered="misaki_sato@mail.example",
         envelope="misaki_sato@mail.example"),
    Case("her mailbox with a tag", sender="From: misaki.sato+x@mail.example",
         results=_server(GOOD), answered="misaki.sato+x@mail.example",
         envelope="misaki.sato+x@mail.example"),
    # Forged results.
    Case("results in our server's name came with the mail", forged=(_server(GOOD),),
         results=_server("dkim=none")),
    Case("results in our server's name, nothing on top", forged=(_server(GOOD),), signer="none"),
    Case("results of a server named alike", results=f"{SERVER}.evil.example; {GOOD}"),
    Case("results of another server", results=f"mx.evil.example; {GOOD}"),
    Case("results that break out of a comment", signer="none",
         forged=(f"mx.evil.example (; {SERVER}; {GOOD})",)),
    Case("our name in another case, with a version", signer="none",
         forged=(f"{SERVER.upper()} 1; {GOOD}",)),
    Case("a folded forged result", signer="none", forged=(f"\r\n\t{SERVER};\r\n\t{GOOD}",)),
    Case("results hidden behind a bare line end", signer="none",
         more=(f"X-Note: a\rAuthentication-Results: {_server(GOOD)}",)),
    Case("a result that quotes a pass", results=_server('dkim=fail reason="dkim=pass header.d='
                                                      'mail.example"')),
)


@dataclass(frozen=True)
class Found:
    """What became of a disguise: `leaked` are the personal words in what was answered."""

    tier: str
    rule: str
    leaked: Sequence[str]
    recipients: set[str]
    answers: int = 0
    links: int = 0
    texts: Sequence[str] = field(default_factory=tuple)


class Desk:
    """The sample house; each disguise asks its questions and all that would leave is read."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._count = 0

    def ask(self, case: Case) -> Found:
        settings = self._services.settings.model_copy(update={
            "mail_trusted_server": SERVER, "mail_address": SUPPORT, "mail_listen": "127.0.0.1:0",
            "mail_alignment": case.alignment,
        })
        house = replace(self._services, settings=settings,
                        worker=replace(self._services.worker, settings=settings))
        receiver = MailReceiver(house.inbox, settings, house.company, house.clock)
        letterhead = Letterhead(settings, house.company)
        before = self._last(Message)
        entry = self._last(LedgerEntry)
        for question in QUESTIONS:
            self._count += 1
            receiver.receive(self._bytes(case, question, settings), case.envelope, [SUPPORT])
            while house.worker.answer_next():
                pass
        sent: list[str] = []
        recipients: set[str] = set()
        while (outgoing := house.inbox.next_outgoing("email")) is not None:
            mail = compose(outgoing, letterhead)
            recipients.add(mail.envelope_to)
            sent.append(outgoing.text + outgoing.name + outgoing.subject)
            house.inbox.sent(outgoing)
        said = [one.text for one in self._after(Message, before) if one.direction == "outgoing"]
        entries = [one for one in self._after(LedgerEntry, entry) if one.direction == "incoming"]
        tiers = {one.tier for one in self._after(Conversation, 0)
                 if one.id in {e.conversation_id for e in entries}}
        leaked = sorted({word for word in PERSONAL for text in said + sent if word in text})
        return Found(tier=max(tiers, default="claimed"), rule=entries[-1].rule if entries else "",
                     leaked=leaked, recipients=recipients, answers=len(said),
                     links=sum("/mail/confirm/" in one for one in said), texts=said)

    def _bytes(self, case: Case, question: str, settings: Any) -> bytes:
        head = [
            case.sender, f"To: {SUPPORT}", f"Message-ID: <d{self._count}@mail.example>",
            "Subject: =?utf-8?b?44GK5ZWP44GE5ZCI44KP44Gb?=",
            "Date: Mon, 23 Nov 2026 11:00:00 +0900", *case.more,
            'Content-Type: text/plain; charset="utf-8"', "Content-Transfer-Encoding: 8bit",
        ]
        raw = ("\r\n".join(head) + f"\r\n\r\n{question}\r\n").encode()
        for value in case.forged:
            raw = f"Authentication-Results: {value}\r\n".encode() + raw
        if case.signer:
            # Our own SMTP door: it removes what was forged and writes down what it finds.
            if case.signer != "none":
                raw = signed(raw, case.signer)
            raw = raw.replace(*case.change) if case.change[0] else raw
            door = MailDoor(settings, lambda *_: None, "harunowa.example",  # type: ignore[arg-type, return-value]
                            DkimCheck(lookup("mail.example", "evil.example")))
            return door._checked(raw, _Nobody())  # type: ignore[arg-type]
        if case.results:
            raw = f"Authentication-Results: {case.results}\r\n".encode() + raw
        return raw

    def _last(self, kind: Any) -> int:
        return max((one.id for one in self._after(kind, 0)), default=0)

    def _after(self, kind: Any, number: int) -> list[Any]:
        with read_scope(self._services.engine) as session:
            return list(session.exec(select(kind).where(kind.id > number).order_by(kind.id)).all())


class _Nobody:
    """A connection at which nobody has signed in."""

    authenticated = False
    auth_data = None
