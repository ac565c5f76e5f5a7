"""Who sent this mail? Only what our own mail server found out counts, never what a mail says."""

import re
from collections.abc import Callable

import authres

from assistant.customers.tier import Tier
from channels.email.headers import domain_of
from channels.email.parsing import ParsedMail

Verified = Callable[[str], bool]
COMMENT = re.compile(r"\((?:\\.|[^()\\])*\)")


def sender_tier(mail: ParsedMail, trusted_server: str, is_verified: Verified) -> Tier:
    """How surely the From address is the sender's.

    verified: our server proved the address, and `is_verified` says that it is a customer's;
    claimed: everything else. A display name or a Reply-To proves nothing.
    """
    if len(mail.senders) != 1 or not proven(mail, trusted_server):
        return Tier.CLAIMED
    return Tier.VERIFIED if is_verified(mail.from_address) else Tier.CLAIMED


def proven(mail: ParsedMail, trusted_server: str) -> bool:
    """Whether the trusted server found the From address to be true.

    Only its topmost Authentication-Results counts: what stands below may have come with the mail
    (RFC 8601 section 5). One of these proves it: a DKIM signature of the sender's domain, DMARC,
    or a sign-in with this very address.
    """
    found = _results(mail, trusted_server)
    return any(_proves(result, mail.from_address) for result in found)


def authserv_id(value: str) -> str:
    """The server that an Authentication-Results value claims to be from, in lower case."""
    plain, count = value[:1000], 1
    while count:
        plain, count = COMMENT.subn(" ", plain)
    first = plain.partition(";")[0].replace('"', "").replace("\\", "").split()
    return first[0].lower() if first else ""


def _results(mail: ParsedMail, trusted_server: str) -> list[authres.AuthenticationResult]:
    if not trusted_server:
        return []
    for value in mail.fields.get("authentication-results", ()):
        if authserv_id(value) != trusted_server.lower():
            continue
        try:
            return list(authres.all_features().parse_value(value).results)
        except Exception:  # a topmost header that cannot be read proves nothing
            return []
    return []


def _proves(result: authres.AuthenticationResult, address: str) -> bool:
    if str(getattr(result, "result", "")).lower() != "pass":
        return False
    method = str(getattr(result, "method", "")).lower()
    domain = domain_of(address)
    properties = {
        (str(item.type).lower(), str(item.name).lower()): str(item.value or "").lower()
        for item in getattr(result, "properties", ())
    }
    if method == "dkim":
        signer = properties.get(("header", "d"), "").rstrip(".")
        return "." in signer and (domain == signer or domain.endswith(f".{signer}"))
    if method == "dmarc":
        return domain_of(properties.get(("header", "from"), "")) == domain
    if method == "auth":
        return properties.get(("smtp", "auth"), "") == address
    return False
