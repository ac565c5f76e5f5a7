"""Who sent this mail? Only what our own mail server found out counts, never what a mail says."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import authres

from assistant.customers.tier import Tier
from channels.email.headers import domain_of
from channels.email.parsing import ParsedMail

Verified = Callable[[str], bool]
COMMENT = re.compile(r"\((?:\\.|[^()\\])*\)")


@dataclass(frozen=True)
class Proof:
    """How surely the From address is the sender's, by which rule, and what was looked at."""

    tier: Tier
    rule: str
    values: Mapping[str, Any]


def prove(
    mail: ParsedMail, trusted_server: str, is_verified: Verified, alignment: str = "relaxed"
) -> Proof:
    """How surely the From address is the sender's.

    verified: our server proved the address, and `is_verified` says that it is a customer's;
    claimed: everything else. A display name or a Reply-To proves nothing. With a `strict`
    alignment only a signature of exactly the sender's domain proves it (RFC 7489 section 3.1.1).
    """
    results = _results(mail, trusted_server)
    proven_by = _proven_by(results, mail.from_address, alignment)
    values: dict[str, Any] = {
        "trusted_server": trusted_server,
        "results": [_said(one) for one in results],
        "proven_by": proven_by,
    }
    if len(mail.senders) != 1:
        return Proof(Tier.CLAIMED, "several_senders", values | {"senders": len(mail.senders)})
    if not proven_by:
        return Proof(Tier.CLAIMED, "person_claimed", values)
    if not is_verified(mail.from_address):
        return Proof(Tier.CLAIMED, "address_unverified", values)
    return Proof(Tier.VERIFIED, "person_verified", values)


def authserv_id(value: str) -> str:
    """The server that an Authentication-Results value claims to be from, in lower case."""
    plain, count = value[:1000], 1
    while count:
        plain, count = COMMENT.subn(" ", plain)
    first = plain.partition(";")[0].replace('"', "").replace("\\", "").split()
    return first[0].lower() if first else ""


def _results(mail: ParsedMail, trusted_server: str) -> list[authres.AuthenticationResult]:
    """What the trusted server found out.

    Only its topmost Authentication-Results counts: what stands below may have come with the mail
    (RFC 8601 section 5).
    """
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


def _proven_by(
    results: Sequence[authres.AuthenticationResult], address: str, alignment: str
) -> str:
    signatures = [one for one in results if _method(one) == "dkim"]
    # DMARC may also pass by the envelope (SPF), which proves a machine and not a sender.
    unsigned = bool(signatures) and not any(map(_passed, signatures))
    return next(
        (by for one in results
         if not (unsigned and _method(one) == "dmarc")
         and (by := _proves(one, address, alignment))), ""
    )


def _method(result: authres.AuthenticationResult) -> str:
    return str(getattr(result, "method", "")).lower()


def _passed(result: authres.AuthenticationResult) -> bool:
    return str(getattr(result, "result", "")).lower() == "pass"


def _proves(result: authres.AuthenticationResult, address: str, alignment: str) -> str:
    """By what this result proves the address (a word for the ledger), or an empty string: a DKIM
    signature of the sender's domain, DMARC, or a sign-in with this very address."""
    if not _passed(result):
        return ""
    method = _method(result)
    domain = domain_of(address)
    found = _properties(result)
    if method == "dkim":
        signer = found.get(("header", "d"), "").rstrip(".")
        # The owner of a domain may speak for the names below it: they are theirs to give out.
        is_parent = "." in signer and domain.endswith(f".{signer}")
        if signer and (domain == signer or (alignment == "relaxed" and is_parent)):
            return f"dkim {signer}"
    elif method == "dmarc" and alignment == "relaxed":
        if domain_of(found.get(("header", "from"), "")) == domain:
            return f"dmarc {domain}"
    elif method == "auth" and found.get(("smtp", "auth"), "") == address:
        return "sign-in"
    return ""


def _properties(result: authres.AuthenticationResult) -> dict[tuple[str, str], str]:
    return {
        (str(item.type).lower(), str(item.name).lower()): str(item.value or "").lower()
        for item in getattr(result, "properties", ())
    }


def _said(result: authres.AuthenticationResult) -> str:
    """A result in one line, for the ledger."""
    head = f"{getattr(result, 'method', '')}={getattr(result, 'result', '')}"
    rest = (f"{type_}.{name}={value}" for (type_, name), value in _properties(result).items())
    return " ".join([head, *rest])[:200]
