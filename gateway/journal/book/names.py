"""Names in the book: of who filed the cases, and of their applicants, which whoever shows them masks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from sqlalchemy import select

from gateway.journal import payload
from gateway.journal.store.schema import account, api_key

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection


def filers(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Give the names of those of these callers that are keys or accounts here."""
    known = (select(table.c.id, table.c.name).where(table.c.id.in_(ids)) for table in (api_key, account))
    return {row.id: row.name for statement in known for row in connection.execute(statement)} if ids else {}


def applicants_of(connection: Connection, cases: Collection[str]) -> dict[str, str]:
    """Give the applicant's name of each of these cases, by the case's id. Personal."""
    forms = {case: orjson.loads(blob) for case, blob in payload.forms(connection, cases).items()}
    return {case: form["applicant"]["name"] for case, form in forms.items()}
