"""Where a mail server is and how to sign in there, read from one URL; and its access tokens."""

import ipaddress
import shlex
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from assistant.errors import BadConfiguration, YorisoiError
from assistant.settings import Settings

PORTS = {"imap": 143, "imaps": 993, "smtp": 587, "smtps": 465}
LONGEST_COMMAND = 30.0


@dataclass(frozen=True)
class ServerAddress:
    """A server and our sign-in; shown without the password.

    `security` is tls, starttls (required, never only tried) or none. `path` is what the URL
    names behind the host.
    """

    host: str
    port: int
    login: str
    password: str
    security: str
    path: str = ""

    def __repr__(self) -> str:
        return f"{self.login}@{self.host}:{self.port}" if self.login else f"{self.host}:{self.port}"


class NoToken(YorisoiError):
    """The access token cannot be had now; the sentence says why."""


def server_address(url: str, kind: str, variable: str) -> ServerAddress:
    """What `kind`://LOGIN:PASSWORD@HOST:PORT/PATH says, `kind` being imap or smtp.

    With an s behind it the connection is encrypted from the start; without, by STARTTLS, except
    on this machine itself or where `?tls=off` says so. Raises BadConfiguration with the variable.
    """
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    try:
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    known = set(options) <= {"tls"} and options.get("tls", ["off"]) == ["off"]
    if parts.scheme.removesuffix("s") != kind or not parts.hostname or not port or not known:
        raise BadConfiguration(
            f"{variable} must be {kind}s://LOGIN:PASSWORD@HOST:PORT, or {kind}:// for STARTTLS "
            "(with @ in the login written as %40)."
        )
    security = "tls" if parts.scheme.endswith("s") else "starttls"
    if security == "starttls" and (options or is_loopback(parts.hostname)):
        security = "none"
    return ServerAddress(parts.hostname, port, unquote(parts.username or ""),
                         unquote(parts.password or ""), security, unquote(parts.path.lstrip("/")))


def is_loopback(host: str) -> bool:
    """Whether this is the machine itself, where nobody can listen."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def verifying() -> ssl.SSLContext:
    """TLS that believes only a server whose certificate is valid for its name."""
    return ssl.create_default_context()


def access_token(settings: Settings, login: str) -> str:
    """A fresh OAuth 2 token for this login, from the command or the file of the settings; empty
    if neither is set. Raises NoToken.

    Both may hold {login}. Whoever refreshes the token (the command, or what writes the file) is
    asked anew at each connection, so an expired one is never used twice.
    """
    if settings.mail_token_command:
        return _from_command(settings.mail_token_command, login)
    if settings.mail_token_file:
        path = Path(settings.mail_token_file.replace("{login}", login))
        try:
            return _checked(path.read_text(encoding="utf-8"), f"the file {path}")
        except (OSError, UnicodeDecodeError) as error:
            raise NoToken(f"The access token cannot be read from {path} ({error}).") from error
    return ""


def xoauth2(login: str, token: str) -> str:
    """The words of the XOAUTH2 mechanism, as Google and Microsoft define it."""
    return f"user={login}\1auth=Bearer {token}\1\1"


def _from_command(command: str, login: str) -> str:
    words = [word.replace("{login}", login) for word in shlex.split(command)]
    try:
        done = subprocess.run(  # noqa: S603 (the administrator's own command, without a shell)
            words, capture_output=True, text=True, timeout=LONGEST_COMMAND, check=True,
        )
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip().splitlines()[-1:] or ["it says nothing"]
        raise NoToken(f"The command for the access token ended with {error.returncode}: "
                      f"{said[0][:200]}.") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoToken(f"The command for the access token cannot be run "
                      f"({type(error).__name__}): {words[0]}.") from error
    return _checked(done.stdout, f"the command {words[0]}")


def _checked(text: str, source: str) -> str:
    token = text.strip()
    if not token or any(one.isspace() or not one.isascii() for one in token):
        raise NoToken(f"There is no access token in what {source} gives; it must be one word.")
    return token
