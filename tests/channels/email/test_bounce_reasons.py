"""Why a mail came back: what servers say in their own words."""

import pytest

from channels.email.bounce_reasons import BounceKind, reason_of

HARD = [
    "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual mailbox table",
    "550 5.1.1 The email account that you tried to reach does not exist.",
    "550 No such user here", "550 Unknown user a@b.example", "550 5.1.1 unknown or illegal alias",
    "550 Requested action not taken: mailbox unavailable", "550 Mailbox not found",
    "553 sorry, no mailbox here by that name (#5.1.1)", "550 no such recipient", "550 User not known",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "No such person at this address.", "550 Address unknown", "554 dd This user doesn't have an account",
    "550 Invalid recipient a@b.example", "553 Invalid recipient", "550 <a@b.example>: User unknown",
    "550 5.1.1 Mailbox does not exist", "550 account not found", "User a (a@b.example) not listed in Domino Directory",
    "The recipient name is not recognized", "550 5.1.0 Address rejected.", "Addressee unknown",
    "550 bad destination mailbox address", "511 sorry, no mailbox here by that name",
    "550 Recipient is not known", "550 that user does not exist", "recipient no longer exists",
    "Host or domain name not found. Name service error for name=b.example type=A: Host not found",
    "550 Host unknown", "550 5.4.4 Invalid domain", "5.1.2 - Bad destination host 'DNS Hard Error'",
    "Sorry, I couldn't find any host named b.example. (#5.1.2)", "kijitora@b.example ... unknown host",
    "Unrouteable address", "Domain b.example has no MX records: domain not found",
    "550 5.1.6 Destination mailbox has moved, No forwarding address", "551 not our user",
    "556 5.1.10 Recipient address has null MX", "The domain b.example doesn't accept mail",
    "送信先メールアドレスが見つかりませんでした。", "宛先不明のため配信できませんでした。",
    "ユーザが存在しません", "550 Empfänger unbekannt", "550 Adresse destinataire invalide. Invalid recipient.",
]
FULL = [
    "552 5.2.2 Over quota", "550 5.2.2 <a@b.example>... Mailbox Full", "452 4.2.2 mailbox full",
    "Quota exceeded message delivery failed", "This person's account is exceeding their quota.",
    "User mailbox exceeds allowed size: a@b.example", "The user's mailbox is full",
    "550 user has exceeded their disk quota", "552 Requested mail action aborted: exceeded storage allocation",
    "The email account that you tried to reach is over quota.", "mailbox is over quota", "552 mail box is full",
    "相手のメールボックスの容量を超えています。", "メールボックスがいっぱいです。", "452 4.2.2 The email account that you tried "
    "to reach is over quota", "554 5.2.2 mailbox full; insufficient storage", "Recipient's mailbox is full",
    "522 5.2.0 Delivery failed: Over quota", "la boîte aux lettres est pleine",
]
SOFT = [
    "550 5.7.1 Message content rejected, UBE", "554 5.7.1 blocked using zen.spamhaus.org",
    "550 5.7.25 Recipient address rejected: Reverse DNS validation failed", "550 5.7.26 SPF hard fail",
    "554 5.7.1 Relay access denied", "552 5.2.3 Message size exceeds fixed maximum message size",
    "421 4.7.0 Too many connections", "450 4.2.0 Recipient address rejected: Greylisted",
    "connect to b.example[192.0.2.1]:25: Connection timed out", "550 5.2.1 The email account that you tried to reach is disabled.",
    "553 5.1.8 <x@y.example>... Domain of sender address x@y.example does not exist",
    "host mx.b.example said: 550 <a@b.example>: User unknown (in reply to end of DATA command)",
    "550 : User unknown", "550 5.2.0 Unknown user a@docomo.example", "mail loop: too many hops",
    "Name service error for domain b.example: Host not found, try again", "554 5.7.9 Message not accepted for policy reasons",
    "You are not a member of this mailing list", "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required",
    "procmail: Couldn't create \"/var/spool/mail/neko\" id: No such user", "500 something quite new",
    "550 5.7.1 Unauthenticated email is not accepted due to domain's DMARC policy",
    "host mx.b.example said: 550 no such domain (in reply to MAIL FROM command)",
]


@pytest.mark.parametrize("words", HARD)
def test_a_missing_address_is_hard(words: str) -> None:
    assert reason_of(words).kind is BounceKind.HARD


@pytest.mark.parametrize("words", FULL)
def test_a_full_mailbox_is_full(words: str) -> None:
    assert reason_of(words).kind is BounceKind.FULL


@pytest.mark.parametrize("words", SOFT)
def test_everything_else_is_soft(words: str) -> None:
    assert reason_of(words).kind is BounceKind.SOFT


def test_a_code_decides_where_no_words_do() -> None:
    assert reason_of("smtp; 550", "5.1.1").kind is BounceKind.HARD
    assert reason_of("", "5.2.2 (permanent failure)").kind is BounceKind.FULL
    assert reason_of("", "4.1.1").kind is BounceKind.SOFT


def test_the_codes_are_told() -> None:
    found = reason_of("smtp; 550 5.1.1 <a@b.example> User unknown, see 192.0.2.1 and v4.2.1", "5.0.0")
    assert (found.status, found.reply_code, found.name) == ("5.1.1", "550", "user_unknown")


def test_a_number_of_an_address_is_no_code() -> None:
    found = reason_of("mx5.1.1.example [192.0.5.1.1] 10.5.1.1 says no")
    assert (found.status, found.reply_code) == ("", "")


def test_a_long_text_is_read_in_the_end() -> None:
    reason_of("user " * 100_000 + "address mailbox " * 10_000)
