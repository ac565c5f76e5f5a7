"""Sign-in: a password opens a sign-in row; the browser keeps its token, we keep only a hash."""

import hashlib
import hmac
import secrets
import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from sqlmodel import Session

from assistant.errors import NotSignedIn, Refused, YorisoiError
from assistant.operators import repository
from assistant.operators.models import Operator, Role, SignIn

LASTS = timedelta(hours=12)
WINDOW = timedelta(minutes=15)
MOST_FAILURES = 10
MOST_FROM_ADDRESS = 100
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1_000


class WrongPassword(NotSignedIn):
    """Login and password do not belong together; which of the two is wrong is never said."""


class LockedOut(YorisoiError):
    """Too many failures: nothing is checked until some time has passed."""

    status_code = 429


class ForeignForm(Refused):
    """A form that does not come from a page of this sign-in."""

    status_code = 403


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, and the token that each of their forms must carry."""

    operator: Operator
    csrf_token: str


class Attempts:
    """Counts failed sign-ins by login and address; one process's memory, safe among threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[tuple[str, str], deque[datetime]] = {}

    def begin(self, login: str, address: str, now: datetime) -> None:
        """Counts this attempt as failed until `succeeded`; raises LockedOut if there are too many.

        It is counted before the password is checked, so attempts at the same time count as well.
        """
        with self._lock:
            self._forget(now - WINDOW)
            of_login = self._times.setdefault((login, address), deque())
            of_address = self._times.setdefault(("", address), deque())
            if len(of_login) >= MOST_FAILURES or len(of_address) >= MOST_FROM_ADDRESS:
                raise LockedOut("Too many failed sign-ins; wait 15 minutes and try again.")
            of_login.append(now)
            of_address.append(now)

    def succeeded(self, login: str, address: str) -> None:
        """Forgets the failures of this login from this address."""
        with self._lock:
            self._times.pop((login, address), None)

    def _forget(self, before: datetime) -> None:
        for key, times in list(self._times.items()):
            while times and times[0] <= before:
                times.popleft()
            if not times:
                del self._times[key]


def create_operator(
    session: Session, login: str, name: str, password: str, *, role: Role = Role.OPERATOR,
    email: str = "", languages: tuple[str, ...] = ("ja",),
) -> Operator:
    """A new operator who can sign in; raises YorisoiError if the login is taken or unusable."""
    login = login.strip().casefold()
    if not login or not name.strip():
        raise YorisoiError("An operator needs a login and a name; give both.")
    if repository.by_login(session, login) is not None:
        raise YorisoiError(f"The login {login} is taken; choose another.")
    operator = Operator(
        login=login, name=name.strip(), email=email, role=role, languages=list(languages),
        password_hash=_hashed(password),
    )
    session.add(operator)
    session.flush()
    return operator


def set_password(session: Session, operator: Operator, password: str) -> None:
    """Sets the password and ends every sign-in that the old one had opened."""
    operator.password_hash = _hashed(password)
    session.add(operator)
    repository.forget_sign_ins(session, operator.id or 0)


def sign_in(
    session: Session, attempts: Attempts, login: str, password: str, address: str, now: datetime
) -> str:
    """The token of a new sign-in, for the browser's cookie.

    Raises WrongPassword, or LockedOut after ten failures within fifteen minutes. An unknown login
    costs the same work as a wrong password, so the time tells nothing.
    """
    login = login.strip().casefold()[:200]
    attempts.begin(login, address, now)
    operator = repository.by_login(session, login)
    usable = operator is not None and operator.active and bool(operator.password_hash)
    known_hash = operator.password_hash if operator is not None and usable else _nobody()
    matches = _passwords().verify(password[:LONGEST_PASSWORD], known_hash)
    if operator is None or not usable or not matches:
        raise WrongPassword("Login and password do not match; check both.")
    attempts.succeeded(login, address)
    token = secrets.token_urlsafe(32)
    session.add(SignIn(
        operator_id=operator.id or 0, token_hash=_digest(token),
        csrf_token=secrets.token_urlsafe(32), created_at=now, expires_at=now + LASTS,
    ))
    session.flush()
    return token


def signed_in(session: Session, token: str, now: datetime) -> SignedIn:
    """Who holds this token; raises NotSignedIn if it is unknown, expired, revoked or theirs who
    may no longer work here."""
    found = repository.by_token_hash(session, _digest(token)) if token else None
    if found is None:
        raise NotSignedIn("Nobody is signed in; sign in first.")
    row, operator = found
    if row.revoked_at is not None or row.expires_at <= now or not operator.active:
        raise NotSignedIn("The sign-in has ended; sign in again.")
    return SignedIn(operator, row.csrf_token)


def check_csrf(who: SignedIn, given: str) -> None:
    """Raises ForeignForm unless the form carried this sign-in's own token."""
    if not hmac.compare_digest(who.csrf_token.encode(), given.encode()):
        raise ForeignForm("This form is no longer valid; load the page again.")


def sign_out(session: Session, token: str, now: datetime) -> None:
    """Ends the sign-in with this token; nothing happens if there is none."""
    found = repository.by_token_hash(session, _digest(token))
    if found is not None:
        found[0].revoked_at = now
        session.add(found[0])


def _hashed(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise YorisoiError(
            f"A password needs {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
        )
    return _passwords().hash(password)


def _digest(token: str) -> str:
    # The token is random and 256 bits long: a plain hash cannot be guessed backwards.
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _passwords() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    return _passwords().hash(secrets.token_urlsafe(16))
