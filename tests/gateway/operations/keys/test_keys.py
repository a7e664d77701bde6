"""API keys: made, recognised, revoked."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.journal.audit.hash_chain import ChainHead, Entry, append
from gateway.journal.keys.hmac_keys import key_mac
from gateway.journal.read.insights import Insights
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader
from gateway.journal.store.unavailable import JournalUnavailable
from gateway.journal.store.views import KeyView
from gateway.model.identifiers import new_id
from gateway.operations.keys import keys as keys_module
from gateway.operations.keys.keys import Keys
from gateway.texts.refusals import Refused
from tests.gateway.api.sample_cases import Journal
from tests.gateway.api.stand_ins import KeysWritten

HMAC_KEY = b"k" * 32


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path)
    yield journal
    journal.engine.dispose()


@pytest.fixture
def insights(journal: Journal) -> Iterator[Insights]:
    engine = open_reader(journal.url)
    insights = Insights(engine)
    yield insights
    insights.close()
    engine.dispose()


@pytest.fixture
def keys(journal: Journal, insights: Insights) -> Keys:
    return Keys(insights, KeysWritten(journal.engine), {"tax"}, key_mac(HMAC_KEY))


async def test_a_key_is_recognised_and_kept_only_as_a_hash(keys: Keys, insights: Insights) -> None:
    made, key = await keys.create("department:tax", "税务局", actor="local")

    assert len(key) == 46
    assert key.startswith("gw_")
    [kept] = await insights.keys()
    assert kept == made
    assert kept.hash == hashlib.sha256(key.encode()).hexdigest()
    caller = await keys.authenticate(key)
    assert caller is not None
    assert (caller.id, caller.name, caller.kind, caller.department) == (made.id, "税务局", "department", "tax")


async def test_a_known_key_is_recognised_from_memory_and_memory_is_bounded(
    keys: Keys, insights: Insights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "REMEMBERED", 2)
    made = [(await keys.create("operator", f"n{n}", actor="local"))[1] for n in range(3)]
    reads: list[str] = []
    read = insights.key_by_hash

    async def counted(digest: str) -> KeyView | None:
        reads.append(digest)
        return await read(digest)

    monkeypatch.setattr(insights, "key_by_hash", counted)
    for key in (made[0], made[0], made[1], made[2], made[2], made[0]):
        assert await keys.authenticate(key) is not None
    assert len(reads) == 4  # the first was forgotten for the third


@pytest.mark.parametrize(
    "forgery", [{"role": "operator"}, {"name": "x"}, {"id": "another"}, {"created_at": 5}, {"mac": None}, {"mac": "0" * 64}], ids=repr
)
async def test_one_that_was_changed_in_the_database_is_not_recognised(keys: Keys, journal: Journal, forgery: dict[str, Any]) -> None:
    _, key = await keys.create("front-end", "hall", actor="local")
    _vouched(journal)
    with journal.engine.begin() as connection:
        connection.execute(schema.api_key.update().values(**forgery))
    with capture_logs() as logs:
        assert await keys.authenticate(key) is None
        assert await keys.authenticate(key) is None
    assert [line["event"] for line in logs] == ["key_forged"], "said once"


async def test_one_that_was_put_in_is_not_recognised_with_any_proof_there_is_to_take(keys: Keys, journal: Journal) -> None:
    theirs, _ = await keys.create("operator", "op", actor="local")
    made, digest = "gw_" + "x" * 43, hashlib.sha256(("gw_" + "x" * 43).encode()).hexdigest()
    row = {**dataclasses.asdict(theirs), "hash": digest}
    _vouched(journal)
    with journal.engine.begin() as connection:
        connection.execute(schema.api_key.delete())
        connection.execute(schema.api_key.insert(), row)
    assert await keys.authenticate(made) is None


async def test_until_those_of_before_are_vouched_for_they_need_no_proof(keys: Keys, journal: Journal) -> None:
    _, key = await keys.create("front-end", "hall", actor="local")
    with journal.engine.begin() as connection:
        connection.execute(schema.api_key.update().values(mac=None))
    assert await keys.authenticate(key) is not None


def _vouched(journal: Journal) -> None:
    entry = append(ChainHead(chain="vouched"), Entry(event="audit_baseline", actor="gateway"), 1)
    with journal.engine.begin() as connection:
        connection.execute(schema.audit.insert(), entry)


async def test_what_is_not_a_key_is_not_even_looked_for(keys: Keys, insights: Insights, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: str) -> KeyView | None:
        raise AssertionError

    monkeypatch.setattr(insights, "key_by_hash", fail)
    for text in ("", "gw_", "gw_" + "a" * 42, "gw_" + "a" * 44, "gw_" + "é" * 43, "500152199001010018"):
        assert await keys.authenticate(text) is None


async def test_a_revoked_key_ends_at_once_even_while_it_is_being_read(
    keys: Keys, insights: Insights, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, key = await keys.create("auditor", "审计", actor="local")
    read = insights.key_by_hash

    async def revoked_meanwhile(digest: str) -> KeyView | None:
        found = await read(digest)
        await keys.revoke(made.id, actor="local")
        return found

    monkeypatch.setattr(insights, "key_by_hash", revoked_meanwhile)
    await keys.authenticate(key)
    monkeypatch.setattr(insights, "key_by_hash", read)

    assert await keys.authenticate(key) is None
    with pytest.raises(Refused, match="not-found"):
        await keys.revoke(made.id, actor="local")
    with pytest.raises(Refused, match="not-found"):
        await keys.revoke(new_id(), actor="local")


@pytest.mark.parametrize(
    ("role", "name"), [("admin", "x"), ("department:moon", "x"), ("local", "x"), ("operator", ""), ("operator", "  "), ("operator", "a\nb")]
)
async def test_wrong_roles_and_names_are_refused(keys: Keys, role: str, name: str) -> None:
    with pytest.raises(Refused, match="validation"):
        await keys.create(role, name, actor="local")


async def test_a_revoked_key_is_recognised_and_opens_nothing(keys: Keys) -> None:
    made, key = await keys.create("front-end", "hall", actor="test")
    assert keys.remembers(key) is False
    assert (await keys.recognise(key))[1] == made.id
    assert keys.remembers(key) is True
    await keys.revoke(made.id, actor="test")
    assert await keys.recognise(key) == (None, made.id)
    assert keys.remembers(key) is False
    assert await keys.recognise("gw_" + "A" * 43) == (None, None)


async def test_one_that_has_ended_is_refused_as_one_that_is_unknown_and_the_log_says_why(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = time.time_ns() // 1000 + 10_000_000
    made, key = await keys.create("operator", "hall", actor="local", expires_at=end)
    assert await keys.authenticate(key) is not None
    monkeypatch.setattr(keys_module, "_now", lambda: end)
    with capture_logs() as logs:
        assert await keys.recognise(key) == (None, made.id)  # though it was fresh in memory
        assert await keys.recognise(key) == (None, made.id)
    assert [(line["event"], line["key"]) for line in logs] == [("expired_key_used", made.id)]
    with pytest.raises(Refused, match="ended already"):
        await keys.create("operator", "hall", actor="local", expires_at=end)


async def test_a_longer_life_that_somebody_writes_into_the_database_is_no_key(keys: Keys, journal: Journal) -> None:
    end = time.time_ns() // 1000 + 10_000_000
    for change in ({"expires_at": None}, {"expires_at": end + 1}, {"caller": "another"}):
        made, key = await keys.create("operator", "hall", actor="local", expires_at=end)
        with journal.engine.begin() as connection:
            connection.execute(schema.api_key.update().where(schema.api_key.c.id == made.id).values(**change))
        assert await keys.authenticate(key) is None, change


async def test_old_and_new_are_one_caller_until_the_old_one_ends(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    made, old = await keys.create("front-end", "hall", actor="local")
    after, new = await keys.succeed(made.id, actor="local", overlap=60)
    callers = [await keys.authenticate(key) for key in (old, new)]
    assert callers[0] == callers[1]
    assert callers[0] is not None
    assert callers[0].id == made.id != after.id
    later = time.time_ns() // 1000 + 61_000_000
    monkeypatch.setattr(keys_module, "_now", lambda: later)
    assert await keys.authenticate(old) is None
    assert await keys.authenticate(new) == callers[0]
    await keys.revoke(after.id, actor="local")
    assert await keys.authenticate(new) is None
    with pytest.raises(Refused):
        await keys.succeed(new_id(), actor="local", overlap=60)


async def test_uses_are_kept_by_the_minute_and_those_that_could_not_be_are_kept_later(keys: Keys, insights: Insights) -> None:
    made, key = await keys.create("operator", "hall", actor="local")
    [kept] = await insights.keys()
    assert kept.last_used_at is None
    for _ in range(3):
        await keys.authenticate(key)
    writer = keys._writer
    with pytest.MonkeyPatch.context() as patch:

        async def away(used: object) -> None:
            raise JournalUnavailable("away")

        patch.setattr(writer, "keys_used", away)
        with pytest.raises(JournalUnavailable):
            await keys.keep_uses()
    await keys.keep_uses()
    [kept] = await insights.keys()
    assert kept.last_used_at is not None
    assert kept.last_used_at % 60_000_000 == 0
    assert 0 <= time.time_ns() // 1000 - kept.last_used_at < 600_000_000
    assert kept.id == made.id
