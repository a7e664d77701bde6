"""The identity of a journal, and the proof that the secrets are those that it was made with."""

from __future__ import annotations

import time
from collections.abc import Mapping

from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings
from gateway.journal.keys.filing_keys import DIGESTED
from gateway.journal.keys.hmac_keys import CHECK, HmacKeys, before_of, check_of
from gateway.journal.queues.facts import begun
from gateway.journal.store.database import DatabaseRefused, Engine
from gateway.journal.store.schema import JOURNAL_ID, SIGNED_SINCE, UNFINISHED
from gateway.model.identifiers import new_id


def identify(writer: Engine, secrets: Secrets, settings: Settings) -> dict[str, str]:
    """Give the journal's facts about itself, which its first start writes and makes keys for. Refuses other secrets."""

    def first() -> dict[str, str]:
        secrets.signing_key()
        secrets.keep_public_key()
        check = check_of(secrets.hmac_key())
        return {JOURNAL_ID: new_id(), CHECK: check, SIGNED_SINCE: str(time.time_ns() // 1000), DIGESTED: "from the start"}

    facts = begun(writer, JOURNAL_ID, first, place=str(settings.data))
    if UNFINISHED in facts:
        detail = "a restore into this journal did not come to its end: run `gateway restore` with the same file again"
        raise DatabaseRefused("unfinished", str(settings.data), detail)
    same_secrets(facts, secrets, settings)
    return facts


def same_secrets(facts: Mapping[str, str], secrets: Secrets, settings: Settings) -> HmacKeys:
    """Give the installation's keys, which must be those of the journal with these facts. Raises DatabaseRefused, ConfigError."""
    keys = secrets.hmac_keys()
    known = {check_of(key) for key in keys}
    if facts.get(CHECK) not in known:
        raise DatabaseRefused(
            "other_secrets",
            str(settings.data),
            f"this journal was made with other secrets than {settings.secrets_folder / 'hmac.key'} (and hmac-*.key beside it): put the "
            "right file back there, or name its folder in GATEWAY_SECRETS",
        )
    if lost := [check for check in before_of(facts) if check not in known]:
        raise DatabaseRefused(
            "key_missing",
            str(settings.data),
            f"a key from before a rotation is missing in {settings.secrets_folder}: put hmac.key or hmac-{lost[0][:16]}.key back; without "
            "it a repeated filing of then would be filed a second time",
        )
    return HmacKeys(keys, facts)
