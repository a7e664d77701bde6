"""No definition is kept that a node which lives could not read: its claims would fail while a case under it is due."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, insert, select, update

from gateway.catalogue.catalogue import Catalogue, load_catalogue
from gateway.catalogue.definitions import StoreDefinitions, store_definitions
from gateway.journal.read.lists import id_at
from gateway.journal.read.nodes import About, Say
from gateway.journal.store import schema
from gateway.journal.writer.journal import Journal
from gateway.model.identifiers import new_id
from gateway.texts.yaml_lines import ConfigError
from tests.gateway.journal.small import Does, engine
from tests.gateway.worlds.stand_ins import DEPARTMENTS, definition, write

SECOND = 1_000_000
TEXT = {"zh": "文字", "en": "text"}
ASKED = {"name": "home", "text": TEXT, "options": [{"value": "yes", "text": TEXT}, {"value": "no", "text": TEXT}]}
BUYER = {"role": "buyer", "title": {"zh": "买方", "en": "Buyer"}, "kind": "person", "at": "data.buyer", "id_type": {"value": "111"}}


def catalogue(folder: Path, **more: Any) -> Catalogue:
    write(folder, orjson.loads(orjson.dumps({**definition(), **more})))
    return load_catalogue(folder, DEPARTMENTS)


@pytest.fixture
async def journal(postgres_url: str) -> AsyncIterator[tuple[Engine, Journal]]:
    """Use PostgreSQL, where alone two nodes can write."""
    writer = engine(postgres_url)
    node = new_id()
    made = Journal(writer, node=node, chain=node)
    await made.open()
    yield writer, made
    await made.close()
    writer.dispose()


def kept(writer: Engine) -> set[str]:
    with writer.connect() as connection:
        return set(connection.execute(select(schema.service_definition.c.digest)).scalars())


def of_the_version_before(writer: Engine, *, silent: int = 0, ended: bool = False, said: bool = True) -> str:
    """Write what a node of the version before has written that was heard of so many seconds ago: its row (``said``) and its chain."""
    now = time.time_ns() // 1000 - silent * SECOND
    node = id_at(now - 600 * SECOND) + "-7000-8000-000000000001"
    chain = {"id": node, "node": node, "batch": 1, "seq": 0, "hash": "0" * 64, "seen_at": now}
    row = {"id": node, "host": "h", "process": 1, "roles": "api", "version": "0", "started_at": 1, "seen_at": now}
    with writer.begin() as connection:
        connection.execute(insert(schema.chain), chain)
        if said:
            connection.execute(insert(schema.node), {**row, "left_at": now if ended else None})
    return node


@pytest.mark.parametrize("said", [True, False], ids=["one that says that it lives", "one known by its chain"])
async def test_beside_an_older_node_younger_members_are_refused_and_the_older_definition_goes_on(
    journal: tuple[Engine, Journal],
    tmp_path: Path,
    said: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    writer, made = journal
    older = of_the_version_before(writer, said=said)
    plain = catalogue(tmp_path)
    parted = catalogue(
        tmp_path, parties=[BUYER], sees={"applicant": {}}, guide=[ASKED], materials=[TEXT, {**TEXT, "when": {"home": ["yes"]}}]
    )
    await made.write(StoreDefinitions(catalogue=plain))
    with pytest.raises(ConfigError) as refused:
        await made.write(StoreDefinitions(catalogue=parted))
    assert [(problem.file, problem.path) for problem in refused.value.problems] == [
        ("services/sale.yaml", "parties"),
        ("services/sale.yaml", "sees"),
        ("services/sale.yaml", "guide"),
    ]
    assert all(older in problem.detail and "until every node is new" in problem.detail for problem in refused.value.problems)
    assert parted.services["sale"].digest not in kept(writer)
    assert plain.services["sale"].digest in kept(writer)

    with writer.begin() as connection:  # it is stopped, and started anew as one of this version
        connection.execute(update(schema.chain).where(schema.chain.c.id == older).values(closed_at=1))
        connection.execute(update(schema.node).where(schema.node.c.id == older).values(left_at=1))
    await made.write(StoreDefinitions(catalogue=parted))
    assert parted.services["sale"].digest in kept(writer)


@pytest.mark.parametrize("gone", [{"ended": True}, {"silent": 200}, {"silent": 200, "said": False}])
async def test_a_node_that_is_gone_stands_in_nobodys_way(journal: tuple[Engine, Journal], tmp_path: Path, gone: dict[str, Any]) -> None:
    writer, made = journal
    of_the_version_before(writer, **gone)
    parted = catalogue(tmp_path, parties=[BUYER])
    await made.write(StoreDefinitions(catalogue=parted))
    assert parted.services["sale"].digest in kept(writer)


async def test_nodes_of_this_version_read_what_any_of_them_keeps(journal: tuple[Engine, Journal], tmp_path: Path) -> None:
    writer, made = journal
    node = new_id()
    other = Journal(writer, node=node, chain=node)
    await other.open()
    await other.write(Say(about=About(id=node, host="h", process=1, address=None, roles="api", version="1")))
    parted = catalogue(tmp_path, parties=[BUYER])
    with pytest.raises(ConfigError):  # it has not come to its definitions yet
        await made.write(StoreDefinitions(catalogue=parted))
    await other.write(StoreDefinitions(catalogue=catalogue(tmp_path)))
    await made.write(Does(lambda draft: store_definitions(draft, parted)))  # as a reload does
    assert parted.services["sale"].digest in kept(writer)
    await other.close()


async def test_in_a_file_there_is_no_other_node(tmp_path: Path) -> None:
    writer = engine(tmp_path)
    made = Journal(writer, node=new_id(), chain=new_id())
    await made.open()
    of_the_version_before(writer)
    (services := tmp_path / "services").mkdir()
    parted = catalogue(services, parties=[BUYER])
    await made.write(StoreDefinitions(catalogue=parted))
    assert parted.services["sale"].digest in kept(writer)
    await made.close()
    writer.dispose()
