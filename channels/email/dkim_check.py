"""Our own verification of DKIM signatures (RFC 6376), for the SMTP door with no mail server before
it. Needs the optional packages dkimpy and dnspython."""

import logging
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from assistant.errors import BadConfiguration

log = logging.getLogger(__name__)
# (name of a TXT record, seconds) → its text, or None if there is none; raises if nobody answers.
Lookup = Callable[[bytes, int], bytes | None]
TIMEOUT = 5
MOST_SIGNATURES = 5
LEAST_KEY_BITS = 1024


class DkimCheck:
    """Verifies the signatures of a mail; `lookup` asks the DNS, unless another is handed in."""

    def __init__(self, lookup: Lookup | None = None) -> None:
        self._dkim = _optional("dkim")
        self._lookup = lookup or _dns()

    def results(self, raw: bytes) -> str:
        """What was found, as the results of an Authentication-Results field (RFC 8601)."""
        found = [f"dkim={result} header.d={domain} header.s={selector}"
                 for result, domain, selector in self._each(raw)]
        return "; ".join(found) or "dkim=none"

    def _each(self, raw: bytes) -> Iterator[tuple[str, str, str]]:
        try:
            mail = self._dkim.DKIM(raw, logger=log, minkey=LEAST_KEY_BITS, timeout=TIMEOUT)
        except Exception:  # a mail without a readable header has no signature
            return
        signatures = [value for name, value in mail.headers if name.lower() == b"dkim-signature"]
        for number, value in enumerate(signatures[:MOST_SIGNATURES]):
            tags = _tags(value)
            domain, selector = tags.get("d", "").lower(), tags.get("s", "").lower()
            # Only a name can stand in our own header field.
            if all(re.fullmatch(r"[a-z0-9._-]{1,253}", one) for one in (domain, selector)):
                yield self._verified(mail, number, tags), domain, selector

    def _verified(self, mail: Any, number: int, tags: dict[str, str]) -> str:
        if "l" in tags:
            return "policy"  # It covers a part of the text; anybody may have added the rest.
        if tags.get("a", "").lower() == "rsa-sha1":
            return "policy"  # RFC 8301
        try:
            return "pass" if mail.verify(idx=number, dnsfunc=self._ask) else "fail"
        except self._dkim.ValidationError:
            return "fail"
        except self._dkim.DnsTimeoutError:
            return "temperror"
        except self._dkim.DKIMException:
            return "permerror"
        except Exception:  # the DNS does not answer, or the key is no key
            return "temperror"

    def _ask(self, name: bytes, timeout: int = TIMEOUT) -> bytes | None:
        return self._lookup(name, timeout)


def _tags(value: bytes) -> dict[str, str]:
    text = re.sub(r"\s+", "", value.decode("ascii", "replace"))
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name: rest for name, _, rest in pairs}


def _dns() -> Lookup:
    resolver = _optional("dns.resolver")

    def lookup(name: bytes, timeout: int) -> bytes | None:
        try:
            answer = resolver.resolve(name.decode("ascii"), "TXT", lifetime=timeout)
        except (resolver.NXDOMAIN, resolver.NoAnswer):
            return None
        return b"".join(next(iter(answer)).strings)

    return lookup


def _optional(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise BadConfiguration(
            "YORISOI_MAIL_VERIFY_DKIM needs further packages; install Yorisoi with [dkim]."
        ) from error
