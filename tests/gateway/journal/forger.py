"""An intruder who can write the database and the signed heads, and knows how both are made: all but the key is theirs."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, select, update

from gateway.journal.audit.hash_chain import GENESIS, entry_hash
from gateway.journal.audit.head_lines import digest
from gateway.journal.store import schema
from gateway.journal.store.database import open_writer


def forge(url: str, heads: Path, *, actor: str = "somebody else", strip: bool = False) -> None:
    """Change the first entry's actor, compute all hashes and heads anew, and give the lines random signatures and right links.

    ``strip`` takes the signatures off, as if an older version had written the journal.
    """
    writer = open_writer(url)
    hashes = _recompute(writer, actor)
    with writer.begin() as connection:
        for row in connection.execute(select(schema.chain)).all():
            values: dict[str, Any] = {"hash": hashes.get((row.id, row.seq), row.hash)}
            if strip:
                values["signature"] = None
            connection.execute(update(schema.chain).where(schema.chain.c.id == row.id).values(**values))
        if strip:
            connection.execute(schema.meta.delete().where(schema.meta.c.key == "audit_signed"))
    writer.dispose()
    if heads.exists():
        _rewrite(heads, hashes)


def _recompute(writer: Engine, actor: str) -> dict[tuple[str, int], str]:
    table, hashes = schema.audit, dict[tuple[str, int], str]()
    with writer.begin() as connection:
        rows = connection.execute(select(table).order_by(table.c.chain, table.c.seq)).mappings().all()
        previous, chain, first = GENESIS, "", True
        for row in map(dict, rows):
            if row["chain"] != chain:
                previous, chain = GENESIS, row["chain"]
            if first:
                row["actor"], first = actor, False
            previous = row["hash"] = hashes[chain, row["seq"]] = entry_hash(previous, row)
            where = (table.c.chain == chain, table.c.seq == row["seq"])
            connection.execute(update(table).where(*where).values(actor=row["actor"], hash=row["hash"]))
    return hashes


def _rewrite(heads: Path, hashes: Mapping[tuple[str, int], str]) -> None:
    previous, lines = GENESIS, []
    for line in heads.read_bytes().splitlines():
        statement = orjson.loads(line)
        for head in statement["heads"]:
            head["hash"] = hashes.get((head["chain"], head["seq"]), head["hash"])
        statement |= {"previous": previous, "signature": base64.b64encode(os.urandom(64)).decode()}
        lines.append(orjson.dumps(statement, option=orjson.OPT_SORT_KEYS))
        previous = digest(lines[-1])
    heads.write_bytes(b"".join(line + b"\n" for line in lines))
