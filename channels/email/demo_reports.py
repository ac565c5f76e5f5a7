"""What the demo's mail system sends by itself: a delivery report, a mail that nobody can read."""

from email.utils import format_datetime

from channels.email.demo_mailboxes import KeptMail

REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@{host}>
To: {support}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <report.{message_id}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="report"

--report
Content-Type: text/plain; charset=utf-8

<{address}>: {reason}

--report
Content-Type: message/delivery-status

Reporting-MTA: dns; {host}

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; {reason}

--report
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
From: {support}
To: {address}

--report--
"""
UNREADABLE = """\
Subject: =?utf-8?B?5beu5Ye65Lq644Gu44Gq44GE44Oh44O844Or?=
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

差出人のないメールです。
This mail has no sender.
"""


def delivery_report(kept: KeptMail, address: str, support_address: str) -> bytes:
    """A report that this mail did not reach its reader, since there is no such mailbox
    (RFC 3464)."""
    return REPORT.format(
        host=address.rpartition("@")[2], support=support_address, address=address,
        date=format_datetime(kept.at), message_id=kept.mail.message_id,
        reason=f"550 5.1.1 <{address}>: Recipient address rejected: User unknown",
    ).replace("\n", "\r\n").encode()


def unreadable_mail() -> bytes:
    """A mail that does not say who sent it: it is held until a person has looked."""
    return UNREADABLE.replace("\n", "\r\n").encode()
