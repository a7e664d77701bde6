"""The shapes of accounts and sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gateway.api.shapes.answers import rfc3339
from gateway.api.shapes.shape import Id, Moment, Shape

if TYPE_CHECKING:
    from gateway.journal.store.views import AccountView, SessionView


class User(Shape):
    """A person's account, without the password."""

    id: Id
    login: str
    name: str
    role: str
    group: Annotated[str | None, Field(description="Of a clerk: those whose cases it shares.")]
    one_time_code: Annotated[bool, Field(description="It signs in with a one-time code beside the password.")]
    created_at: Moment
    changed_at: Annotated[Moment, Field(description="Sessions from before it have ended.")]
    disabled_at: Annotated[Moment | None, Field(description="Nobody signs in with it since; null: somebody may.")]


class ToldUser(User):
    """An account with what is told this once and never again."""

    password: Annotated[str | None, Field(description="The password that was made.")]
    secret: Annotated[str | None, Field(description="The secret of the one-time codes that was made, as it is typed into an app.")]
    address: Annotated[str | None, Field(description="The same as apps read it (`otpauth:`).")]


class UsersShape(Shape):
    """Every account, by login."""

    items: list[User]


class OneTimeCode(Shape):
    """A one-time code."""

    code: Annotated[str | None, Field(description="null: the account has none.")]


class UserSession(Shape):
    """A session that lasts."""

    id: Id
    began_at: Moment
    seen_at: Annotated[Moment, Field(description="Its last use, to the minute.")]
    ends_at: Annotated[Moment, Field(description="However much it is used.")]


class UserSessionsShape(Shape):
    """The sessions of an account that last, newest first."""

    items: list[UserSession]


def user(account: AccountView) -> User:
    """An account without the password."""
    return {
        "id": account.id,
        "login": account.login,
        "name": account.name,
        "role": account.role,
        "group": account.owner_group,
        "one_time_code": account.totp is not None,
        "created_at": rfc3339(account.created_at),
        "changed_at": rfc3339(account.changed_at),
        "disabled_at": rfc3339(account.disabled_at),
    }


def session(one: SessionView) -> UserSession:
    """A session without its token."""
    return {"id": one.id, "began_at": rfc3339(one.began_at), "seen_at": rfc3339(one.seen_at), "ends_at": rfc3339(one.ends_at)}
