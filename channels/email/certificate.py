"""The certificate of our own mail door; a renewed one is used from the next connection on."""

import ssl
from pathlib import Path

from assistant.errors import BadConfiguration


class Certificate:
    """TLS with the certificate (chain) and key in these PEM files; the key may stand in the first.

    Raises BadConfiguration if they cannot be used.
    """

    def __init__(self, certificate: str, key: str = "") -> None:
        self._paths = [Path(one) for one in (certificate, key or certificate)]
        self._stamp: list[int] = []
        self._context = self._loaded()

    @property
    def context(self) -> ssl.SSLContext:
        """TLS with what stands in the files now, or with the last that could be used."""
        try:
            if self._stamps() != self._stamp:
                self._context = self._loaded()
        except (BadConfiguration, OSError):
            # Half written; the next connection looks again.
            pass
        return self._context

    def _stamps(self) -> list[int]:
        return [path.stat().st_mtime_ns for path in self._paths]

    def _loaded(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            stamp = self._stamps()
            context.load_cert_chain(self._paths[0], self._paths[1])
        except (OSError, ssl.SSLError) as error:
            raise BadConfiguration(
                f"YORISOI_MAIL_CERTIFICATE cannot be used: {error}; it and YORISOI_MAIL_KEY must "
                "name PEM files that belong together."
            ) from error
        self._stamp = stamp
        return context
