"""The restore of a journal from a proven backup, in one transaction into an empty journal.

What is loaded is marked as unfinished (:data:`gateway.journal.store.schema.UNFINISHED`) until the seam has been made. No gateway starts
on it before, and a restore that died is simply run again.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine, MetaData, insert, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.journal.audit.head_lines import files
from gateway.journal.audit.trust import Trust, handovers
from gateway.journal.backup import texts
from gateway.journal.backup.backup import BackupRefused, Progress
from gateway.journal.backup.proof import Backup, Reading
from gateway.journal.store import schema
from gateway.journal.store.database import DatabaseRefused, migrate, open_writer, revision
from gateway.journal.store.migrations import known, upgrade
from gateway.journal.verification.heads_read import Heads, read_heads
from gateway.model import JsonObject


def load(url: str, backup: Backup, tell: Progress = lambda _table, _rows: None) -> None:
    """Load a proven backup into the journal at ``url``, which must be empty, and move it up to this code's revision.

    The caller holds the :class:`gateway.journal.store.database.Lock`. All rows are loaded, or none. Raises DatabaseRefused, BackupRefused.
    """
    if backup.revision not in known():
        raise BackupRefused("damaged", backup.file, texts.no_revision(backup.revision))
    engine = open_writer(url)
    try:
        _make_room(engine, backup)
        upgrade(engine, backup.revision)
        with engine.begin() as connection:
            _fill(connection, backup, tell)
    except (SQLAlchemyError, KeyError, ValueError) as error:
        cause = getattr(error, "orig", None) or type(error).__name__
        raise BackupRefused("damaged", backup.file, texts.not_loaded(cause)) from error
    finally:
        engine.dispose()
    migrate(url)


def known_heads(path: Path, public_key: Ed25519PublicKey, backup: Backup) -> Heads:
    """Read what the heads file on this machine says, before anything is restored. Raises DatabaseRefused when it is unusable."""
    heads = read_heads(path, Trust(public_key, handovers(backup.facts)), backup.journal)
    if heads.problem not in (None, "missing"):
        at = f" (line {heads.line})" if heads.line else ""
        detail = (
            f"the signed heads that lie here cannot be gone on with: {heads.problem}{at}. Put this file away (keep it: it is evidence) "
            "and run the restore again; the heads in the backup are used then"
        )
        raise DatabaseRefused("other_heads", str(path), detail)
    return heads


def gone(heads: Heads, backup: Backup) -> list[JsonObject]:
    """Give what was signed beyond the backup and is not in it: ``chain``, ``from``, ``to``."""
    kept = {head["chain"]: head["seq"] for head in backup.chains}
    reached = {chain: points.highest or 0 for chain, points in heads.by_chain.items()}
    return [
        {"chain": chain, "from": kept.get(chain, 0) + 1, "to": seq} for chain, seq in sorted(reached.items()) if seq > kept.get(chain, 0)
    ]


def put_heads(path: Path, backup: Backup) -> None:
    """Write the backup's signed heads where this installation keeps them, unless some lie there. Raises OSError, BackupRefused."""
    if files(path):
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640), "wb") as out:
        for line in Reading(backup.file, expected=backup.sha256).lines():
            out.writelines(f"{one}\n".encode() for one in line.get("heads", ()))
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


# -- the journal
def _make_room(engine: Engine, backup: Backup) -> None:
    """Leave no tables. Raises DatabaseRefused when they hold anything but an unfinished restore."""
    if revision(engine) is None:
        return
    ours = {*schema.metadata.tables, *backup.columns, "alembic_version"}
    with engine.begin() as connection:
        found = _reflected(connection, ours)
        rows = {name for name, table in found.tables.items() if connection.execute(select(table).limit(1)).first() is not None}
        if rows - {"alembic_version"} and not _unfinished(connection, found):
            detail = (
                "this journal holds something already, and a restore never overwrites. Stop the gateway and put the database away "
                "(SQLite: move the file with its -wal and -shm), or name another in GATEWAY_DATA or GATEWAY_DATABASE"
            )
            raise DatabaseRefused("not_empty", engine.url.database or str(connection.engine.url.get_backend_name()), detail)
        found.drop_all(connection)


def _unfinished(connection: Connection, found: MetaData) -> bool:
    meta = found.tables.get("meta")
    return meta is not None and connection.execute(select(meta).where(meta.c.key == schema.UNFINISHED)).first() is not None


def _reflected(connection: Connection, names: set[str]) -> MetaData:
    """Read the tables as they are, since those of an older revision are not as the schema says."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in names)
    return found


def _fill(connection: Connection, backup: Backup, tell: Progress) -> None:
    tables = _reflected(connection, set(backup.columns)).tables
    reading = Reading(backup.file, expected=backup.sha256)
    for line in reading.lines():
        if "table" not in line:
            continue
        name = line["table"]
        columns = backup.columns[name]
        rows = [dict(zip(columns, map(_value, row), strict=True)) for row in line["rows"]]
        connection.execute(insert(tables[name]), rows)
        tell(name, reading.counts[name])
    connection.execute(insert(tables["meta"]), {"key": schema.UNFINISHED, "value": backup.sha256})


def _value(value: object) -> object:
    return base64.b64decode(value["base64"], validate=True) if isinstance(value, dict) else value
