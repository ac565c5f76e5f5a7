"""All queries about operators and their sign-ins."""

from collections.abc import Collection

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from assistant.operators.models import Operator, SignIn


def by_login(session: Session, login: str) -> Operator | None:
    """The operator who signs in with this name in whichever case, or None."""
    same = func.lower(Operator.login) == login.lower()
    return session.exec(select(Operator).where(same)).first()


def names(session: Session, operator_ids: Collection[int]) -> dict[int, str]:
    """The names of these operators, in one query."""
    rows = session.exec(
        select(Operator.id, Operator.name).where(col(Operator.id).in_(operator_ids))
    )
    return {operator_id: name for operator_id, name in rows if operator_id is not None}


def by_token_hash(session: Session, token_hash: str) -> tuple[SignIn, Operator] | None:
    """The sign-in with this token's hash and whose it is, or None."""
    return session.exec(
        select(SignIn, Operator)
        .join(Operator, col(SignIn.operator_id) == Operator.id)
        .where(SignIn.token_hash == token_hash)
    ).first()


def forget_sign_ins(session: Session, operator_id: int) -> None:
    """Ends every sign-in of this operator."""
    session.execute(
        delete(SignIn)
        .where(col(SignIn.operator_id) == operator_id)
        .execution_options(synchronize_session=False)
    )
