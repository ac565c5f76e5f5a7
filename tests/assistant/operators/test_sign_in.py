"""Signing in: what opens the door, and what keeps it shut."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from assistant.database import session_scope
from assistant.errors import NotSignedIn, YorisoiError
from assistant.operators import sign_in
from assistant.operators.models import SignIn

PASSWORD = "a long enough one"


@pytest.fixture
def session(database: Engine):
    with session_scope(database) as session:
        sign_in.create_operator(session, "mori", "森 綾香", PASSWORD)
        yield session


@pytest.fixture
def attempts() -> sign_in.Attempts:
    return sign_in.Attempts()


def enter(session: Session, attempts, clock, login="mori", password=PASSWORD) -> str:
    return sign_in.sign_in(session, attempts, login, password, "198.51.100.1", clock())


def test_the_right_password_opens_a_sign_in_of_which_only_a_hash_is_stored(
    session, attempts, clock
) -> None:
    token = enter(session, attempts, clock)
    row = session.exec(select(SignIn)).one()
    assert token not in (row.token_hash, row.csrf_token)
    assert len(token) >= 43  # 256 bits
    assert sign_in.signed_in(session, token, clock()).operator.login == "mori"


def test_the_login_is_found_in_any_case(session, attempts, clock) -> None:
    assert enter(session, attempts, clock, login=" MORI ")


def test_a_wrong_password_and_an_unknown_login_are_refused_with_the_same_words(
    session, attempts, clock
) -> None:
    with pytest.raises(sign_in.WrongPassword) as wrong:
        enter(session, attempts, clock, password="something else")
    with pytest.raises(sign_in.WrongPassword) as unknown:
        enter(session, attempts, clock, login="nobody")
    assert str(wrong.value) == str(unknown.value)


def test_an_operator_without_a_password_cannot_sign_in(session, attempts, clock) -> None:
    operator = sign_in.create_operator(session, "kato", "加藤 蓮", PASSWORD)
    operator.password_hash = ""
    session.flush()
    with pytest.raises(sign_in.WrongPassword):
        enter(session, attempts, clock, login="kato", password="")


def test_ten_failures_lock_the_login_for_fifteen_minutes_at_that_address_only(clock) -> None:
    attempts = sign_in.Attempts()
    for _ in range(10):
        attempts.begin("mori", "198.51.100.1", clock())
    with pytest.raises(sign_in.LockedOut):
        attempts.begin("mori", "198.51.100.1", clock())
    attempts.begin("mori", "198.51.100.2", clock())
    clock.forward(minutes=15)
    attempts.begin("mori", "198.51.100.1", clock())


def test_one_address_that_tries_many_logins_is_locked_out(clock) -> None:
    attempts = sign_in.Attempts()
    for number in range(100):
        attempts.begin(f"login-{number}", "198.51.100.1", clock())
    with pytest.raises(sign_in.LockedOut):
        attempts.begin("another", "198.51.100.1", clock())


def test_success_forgets_the_failures(clock) -> None:
    attempts = sign_in.Attempts()
    for _ in range(9):
        attempts.begin("mori", "198.51.100.1", clock())
    attempts.succeeded("mori", "198.51.100.1")
    for _ in range(10):
        attempts.begin("mori", "198.51.100.1", clock())


def test_a_sign_in_ends_after_twelve_hours(session, attempts, clock) -> None:
    token = enter(session, attempts, clock)
    clock.forward(hours=12)
    with pytest.raises(NotSignedIn):
        sign_in.signed_in(session, token, clock())


def test_signing_out_ends_this_sign_in_only(session, attempts, clock) -> None:
    here, elsewhere = enter(session, attempts, clock), enter(session, attempts, clock)
    sign_in.sign_out(session, here, clock())
    with pytest.raises(NotSignedIn):
        sign_in.signed_in(session, here, clock())
    assert sign_in.signed_in(session, elsewhere, clock())


def test_a_new_password_ends_every_sign_in(session, attempts, clock) -> None:
    token = enter(session, attempts, clock)
    sign_in.set_password(session, sign_in.signed_in(session, token, clock()).operator, "a new one")
    with pytest.raises(NotSignedIn):
        sign_in.signed_in(session, token, clock())


def test_whoever_left_the_company_is_signed_out_at_once(session, attempts, clock) -> None:
    token = enter(session, attempts, clock)
    sign_in.signed_in(session, token, clock()).operator.active = False
    session.flush()
    with pytest.raises(NotSignedIn):
        sign_in.signed_in(session, token, clock())


@pytest.mark.parametrize("token", ["", "made up"])
def test_a_token_that_nobody_was_given_opens_nothing(session, clock, token: str) -> None:
    with pytest.raises(NotSignedIn):
        sign_in.signed_in(session, token, clock())


def test_a_foreign_form_token_is_refused(session, attempts, clock) -> None:
    who = sign_in.signed_in(session, enter(session, attempts, clock), clock())
    sign_in.check_csrf(who, who.csrf_token)
    with pytest.raises(sign_in.ForeignForm):
        sign_in.check_csrf(who, "あ")


@pytest.mark.parametrize("password", ["short", "x" * 1_001])
def test_a_password_of_no_use_is_refused(session, password: str) -> None:
    with pytest.raises(YorisoiError, match="8 to 1000"):
        sign_in.create_operator(session, "kato", "加藤 蓮", password)


def test_a_login_is_given_once(session) -> None:
    with pytest.raises(YorisoiError, match="taken"):
        sign_in.create_operator(session, "Mori", "森 次郎", PASSWORD)
