"""Nothing is drafted while a node runs that knows no drafts, and a form that has changed is looked at before it is filed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, update

from gateway.journal.keys.said_by_nodes import REVISION
from gateway.journal.store import schema
from gateway.journal.store.database import open_writer
from gateway.journal.writer.journal import Journal
from gateway.model.identifiers import new_id
from gateway.texts.refusals import Refused
from tests.gateway.cases.drafts.test_drafts import LI, PERSON, WANG
from tests.gateway.worlds.world import World


class TestWithAnOlderNode:
    """A node of the revision before, whose verification would find rows that it knows nothing of."""

    @pytest.fixture
    def store(self) -> str:
        return "postgresql"

    @pytest.fixture
    async def older(self, world: World) -> AsyncIterator[Journal]:
        with world.writer.begin() as connection:
            connection.execute(insert(schema.meta), {"key": f"{REVISION}old", "value": "0020"})
        engine = open_writer(world.url)
        journal = Journal(engine, node="old", chain=new_id())
        await journal.open()
        yield journal
        await journal.close()
        engine.dispose()

    async def test_nothing_is_drafted_until_it_has_ended(self, world: World, older: Journal) -> None:
        with pytest.raises(Refused) as refused:
            await world.drafts.begin("typed", LI)
        assert (refused.value.status, "old" in refused.value.said.en) == (409, True)
        with world.writer.begin() as connection:
            connection.execute(update(schema.chain).where(schema.chain.c.node == "old").values(closed_at=1))
        assert (await world.drafts.begin("typed", LI)).version == 0


async def test_a_changed_form_is_looked_at_before_it_is_filed(world: World) -> None:
    draft = await world.drafts.begin("typed", LI, {**PERSON, "/data/note": "a", "/data/old": "b"})
    assert await world.drafts.form_change(draft) is None
    with world.writer.begin() as connection:  # it began under another definition
        connection.execute(update(schema.draft).values(digest="d" * 64))
    draft = await world.drafts.read(draft.id, WANG)
    change = await world.drafts.form_change(draft)
    assert change is not None
    assert change.unfit == {"/data/old": "b"}
    with pytest.raises(Refused, match="conflict"):
        await world.drafts.file(draft.id, WANG, "en")
    await world.drafts.see_form(draft.id, WANG, change.digest)
    assert (await world.drafts.read(draft.id, LI)).texts["/data/old"] == "b", "nothing is lost before it is filed"
    assert (await world.drafts.file(draft.id, LI, "en")).created


async def test_a_service_that_is_gone_leaves_its_drafts(world: World) -> None:
    draft = await world.drafts.begin("typed", LI, PERSON)
    with world.writer.begin() as connection:
        connection.execute(update(schema.draft).values(service="gone"))
    world.by_hand = ("draft",)
    read = await world.drafts.read(draft.id, LI)
    assert read.texts == PERSON
    for doing in (world.drafts.file(draft.id, LI, "en"), world.drafts.check(read, LI, "en"), world.drafts.begin("gone", LI)):
        with pytest.raises(Refused, match="unknown-service"):
            await doing
