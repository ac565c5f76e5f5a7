"""Delivery reports: recipients and reasons, standard or not, and what is no failure."""

import pytest

from channels.email.bounce_reasons import BounceKind
from channels.email.bounces import delivery_reports

HEAD = "From: MAILER-DAEMON@mx.example\r\nTo: support@harunowa.example\r\n"


def seen(raw: str) -> list[tuple[str, str]]:
    return [(one.address, one.kind.value) for one in delivery_reports(raw.encode())]


def dsn(*groups: str, text: str = "It failed.") -> str:
    fields = "\r\n\r\n".join(groups)
    return (HEAD + "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\n" + text
            + "\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Reporting-MTA: dns; mx.example\r\n\r\n" + fields
            + "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <out-1@harunowa.example>"
            "\r\nTo: a@x.example\r\n\r\nhello\r\n--b--\r\n")


def test_each_recipient_of_a_standard_report_is_told() -> None:
    raw = dsn("Final-Recipient: rfc822; A@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
              "Diagnostic-Code: smtp; 550 User unknown",
              "Final-Recipient: rfc822; b@x.example\r\nAction: failed\r\nStatus: 5.2.2",
              "Final-Recipient: rfc822; c@x.example\r\nAction: delayed\r\nStatus: 4.4.1")
    assert seen(raw) == [("a@x.example", "hard"), ("b@x.example", "full"), ("c@x.example", "none")]
    assert delivery_reports(raw.encode())[0].message_ids == ("out-1@harunowa.example",)


def test_the_address_that_was_written_to_comes_first() -> None:
    [report] = delivery_reports(dsn(
        "Original-Recipient: rfc822;alias@x.example\r\nFinal-Recipient: rfc822;box@y.example\r\n"
        "Action: failed\r\nStatus: 5.1.1").encode())
    assert (report.address, report.others) == ("alias@x.example", ("box@y.example",))


def test_groups_that_no_empty_line_separates_are_told_apart() -> None:
    raw = dsn("Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
              "Final-Recipient: rfc822; b@x.example\r\nAction: failed\r\nStatus: 5.1.1")
    assert [address for address, _ in seen(raw)] == ["a@x.example", "b@x.example"]


@pytest.mark.parametrize(("text", "wanted"), [
    ("Hi. This is the qmail-send program.\n\n<a@x.example>:\nSorry, no mailbox here by that name. "
     "(#5.1.1)\n\n--- Below this line is a copy of the message.\n\nTo: other@x.example\n",
     [("a@x.example", "hard")]),
    ("The following address(es) failed:\n\n  a@x.example\n    mailbox is full\n  b@x.example\n"
     "    No such user\n\n------ This is a copy of the message ------\n\nTo: c@x.example\n",
     [("a@x.example", "full"), ("b@x.example", "hard")]),
    ("Unknown user: a@x.example\n\nOriginal message follows.\n\nTo: z@x.example",
     [("a@x.example", "hard")]),
    ("550 5.1.1 <a@x.example>... User unknown\n", [("a@x.example", "hard")]),
    ("a@x.example\n    (expanded from: alias@y.example)\nmailbox full",
     [("alias@y.example", "full")]),
    ("次のあて先へのメッセージはエラーのため送信できませんでした。\n\n"
     "送信先メールアドレスが見つかりませんでした。\n\n<a@docomo.example>\n",
     [("a@docomo.example", "hard")]),
    ("宛先: a@x.example\n相手のメールボックスの容量を超えているため、配信できませんでした。",
     [("a@x.example", "full")]),
    ("Delivery to the following recipients failed:\n\n  someone\n\nUser unknown",
     [("someone@mx.example", "hard")]),
])
def test_reports_of_no_standard_are_read_by_their_words(
    text: str, wanted: list[tuple[str, str]]
) -> None:
    assert seen(HEAD + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text) == wanted


@pytest.mark.parametrize(("subject", "text"), [
    ("Warning: message delayed 24 hours", "Not delivered yet to a@x.example: connection timed out. "
     "No action is required on your part. Delivery attempts will continue."),
    ("Mail Delivery Warning", "Delivery to \"a@x.example\" has been postponed due to a full "
     "mailbox. We will continue to try."),
])
def test_a_delay_is_no_failure(subject: str, text: str) -> None:
    assert {kind for _, kind in seen(f"{HEAD}Subject: {subject}\r\n\r\n{text}")} == {"none"}


@pytest.mark.parametrize("kind", ["feedback-report", "disposition-notification"])
def test_complaints_and_receipts_report_no_failure(kind: str) -> None:
    raw = (HEAD + f"Content-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n--b\r\n"
           f"\r\nA report about a@x.example.\r\n--b\r\nContent-Type: message/{kind}\r\n\r\n"
           "Final-Recipient: rfc822; a@x.example\r\nDisposition: manual-action/x; displayed\r\n"
           "--b--\r\n")
    assert seen(raw) == []


def test_a_refusal_in_the_form_of_a_receipt_is_a_failure() -> None:
    raw = (HEAD + "Content-Type: multipart/report; report-type=disposition-notification; "
           "boundary=b\r\n\r\n--b\r\n\r\nYour message to <a@x.example> was automatically rejected:"
           "\r\nQuota exceeded\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
           "Final-Recipient: rfc822; a@x.example\r\n"
           "Disposition: automatic-action/MDN-sent-automatically; deleted\r\n--b--\r\n")
    assert seen(raw) == [("a@x.example", "full")]


def test_an_absence_notice_reports_nothing() -> None:
    raw = ("From: a@x.example\r\nTo: support@harunowa.example\r\nAuto-Submitted: auto-replied\r\n"
           "Subject: Away\r\n\r\nI am away until May. Ask b@x.example.\r\n")
    assert seen(raw) == []


@pytest.mark.parametrize("raw", [b"", b"\xff" * 100, b"Content-Type: multipart/report\n\n--\n"])
def test_what_is_no_report_reports_nothing(raw: bytes) -> None:
    assert delivery_reports(raw) == ()


def test_a_delivered_mail_is_no_failure() -> None:
    raw = HEAD + "\r\na@x.example: 250 2.6.0 message accepted"
    assert {one.kind for one in delivery_reports(raw.encode())} == {BounceKind.NONE}
