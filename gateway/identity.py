"""Which journal this is, and whether the secrets are those that it was made with."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping

from sqlalchemy import Engine, insert, select, text

from gateway.journal import schema
from gateway.journal.backup import UNFINISHED
from gateway.journal.database import DatabaseRefused
from gateway.journal.filing_keys import DIGESTED
from gateway.journal.verify import JOURNAL_ID, SIGNED_SINCE
from gateway.model.identifiers import new_id
from gateway.secrets import Secrets
from gateway.settings import Settings

_HMAC_CHECK = "hmac_check"


def identify(writer: Engine, secrets: Secrets, settings: Settings) -> dict[str, str]:
    """What the journal says of itself, said at its first start, as its keys are made then; refuses secrets that are not those."""
    with writer.begin() as connection:
        if connection.dialect.name != "sqlite":  # two nodes may start at once
            connection.execute(text("LOCK TABLE meta IN SHARE ROW EXCLUSIVE MODE"))
        facts: dict[str, str] = {row.key: row.value for row in connection.execute(select(schema.meta))}
        if JOURNAL_ID not in facts:
            if any(connection.execute(select(table).limit(1)).first() for table in (schema.audit, schema.application, schema.chain)):
                detail = "this journal's own id is gone (table meta was emptied), and it is no new journal: restore a backup"
                raise DatabaseRefused("no_identity", str(settings.data), detail)
            secrets.signing_key()
            secrets.keep_public_key()
            facts = {
                JOURNAL_ID: new_id(),
                _HMAC_CHECK: _check_of(secrets.hmac_key()),
                SIGNED_SINCE: str(time.time_ns() // 1000),
                DIGESTED: "from the start",
            }
            connection.execute(insert(schema.meta), [{"key": key, "value": value} for key, value in facts.items()])
    if UNFINISHED in facts:
        detail = "a restore into this journal did not come to its end: run `gateway restore` with the same file again"
        raise DatabaseRefused("unfinished", str(settings.data), detail)
    same_secrets(facts, secrets.hmac_key(make=False), settings)
    return facts


def _check_of(hmac_key: bytes) -> str:
    return hmac.new(hmac_key, b"onestop-gateway", hashlib.sha256).hexdigest()


def same_secrets(facts: Mapping[str, str], hmac_key: bytes, settings: Settings) -> None:
    """Hold the installation's key against the one that a journal with these facts was made with. Raises DatabaseRefused."""
    if facts.get(_HMAC_CHECK) != _check_of(hmac_key):
        raise DatabaseRefused(
            "other_secrets",
            str(settings.data),
            f"this journal was made with other secrets than {settings.secrets_folder / 'hmac.key'}: put the right file back there, "
            "or name its folder in GATEWAY_SECRETS",
        )
