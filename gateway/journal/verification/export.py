"""The audit alone, in one file without secrets or personal data that anybody can verify with the public key and without a gateway.

The file is gzip'd JSON lines. First a head: format, version, journal, when it was taken, the handovers of the signing key. Then the signed
heads (``{"heads": [line, …]}``), where each writer's last commit left its chain (``{"chains": […]}``), and every entry in order of chain
and seq (``{"entries": [[value, …], …]}``, as :data:`gateway.journal.verification.walk.COLUMNS` says). Last ``{"end": …}``
with what was counted. Nothing in it is taken on trust: all is signed, or lies in a chain whose end is.
"""

from __future__ import annotations

import gzip
import os
import time
import zlib
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Engine, select
from sqlalchemy.exc import DatabaseError

from gateway.journal.audit.chains import Left, left_by
from gateway.journal.audit.entries import CLOSED, RESTORED, restores
from gateway.journal.audit.head_lines import lines
from gateway.journal.audit.trust import HANDOVERS, Trust, handovers
from gateway.journal.store import schema
from gateway.journal.store.database import DatabaseRefused
from gateway.journal.verification import texts
from gateway.journal.verification.findings import ChainReport, Mismatches, VerifyReport
from gateway.journal.verification.guard import Identity
from gateway.journal.verification.heads_read import prove
from gateway.journal.verification.verify import against, report
from gateway.journal.verification.walk import COLUMNS
from gateway.model import JsonObject, JsonView
from gateway.model.errors import GatewayError
from gateway.model.service import Text

FORMAT = "onestop-gateway-audit"
VERSION = 1

#: Rows of one line.
_ROWS = 1_000
#: The longest line that is read.
_LINE_BYTES = 64 * 1024 * 1024
_LEFT = ("id", "batch", "seq", "hash", "signature", "closed_at")


class ExportRefused(GatewayError):
    """An export that cannot be written or read. ``zh`` and ``en`` say what is wrong with the file, and what to do."""

    def __init__(self, file: Path, wrong: Text) -> None:
        self.zh, self.en = f"{file}:{wrong.zh}", f"{file}: {wrong.en}"
        super().__init__(self.en)


def export(reader: Engine, heads: Path, file: Path) -> int:
    """Write the audit to ``file``, which must not be there yet, and count its entries. Raises ExportRefused, DatabaseRefused."""
    part = file.with_name(f"{file.name}.part")
    try:
        if file.exists():
            raise ExportRefused(file, texts.EXISTS)
        part.unlink(missing_ok=True)
        with lines(heads) as signed, part.open("xb") as raw:  # heads before the snapshot: what they sign was committed before it
            with gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=raw, mtime=0) as out:
                entries = _write(out, reader, signed)
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(file)
    except OSError as error:
        raise ExportRefused(file, texts.not_written(error.strerror)) from error
    except DatabaseError as error:
        raise DatabaseRefused("unreadable", "journal", f"the database is broken ({error.orig}): run gateway audit verify") from error
    finally:
        part.unlink(missing_ok=True)
    return entries


def _write(out: gzip.GzipFile, reader: Engine, signed: Iterator[bytes]) -> int:
    def document(value: JsonView) -> None:
        out.write(orjson.dumps(value) + b"\n")

    counted = {"heads": 0, "chains": 0, "entries": 0}

    def some(name: str, values: Iterator[Any]) -> None:
        for batch in _batches(values):
            document({name: batch})
            counted[name] += len(batch)

    with reader.connect() as connection:
        facts: dict[str, str] = {row.key: row.value for row in connection.execute(select(schema.meta))}
        head = {"journal": facts.get(schema.JOURNAL_ID), "taken_at": time.time_ns() // 1000, "keys": handovers(facts)}
        document({"format": FORMAT, "version": VERSION, **head})
        some("heads", (line[:-1].decode("utf-8", "replace") for line in signed if line.endswith(b"\n")))
        some("chains", ([getattr(left, name) for name in _LEFT] for left in left_by(connection)))
        table = schema.audit
        rows = select(*(table.c[name] for name in COLUMNS)).order_by(table.c.chain, table.c.seq)
        some("entries", (list(row) for row in connection.execute(rows.execution_options(yield_per=_ROWS))))
        document({"end": counted})
    return counted["entries"]


def _batches(values: Iterator[Any]) -> Iterator[list[Any]]:
    for _, batch in groupby(enumerate(values), lambda numbered: numbered[0] // _ROWS):
        yield [value for _, value in batch]


def verify_export(file: Path, public_key: Ed25519PublicKey) -> VerifyReport:
    """Verify an export with the installation's first public key alone. Raises ExportRefused when the file is none, or not whole."""
    started = time.perf_counter()
    try:
        return _verified(file, public_key, started)
    except (OSError, EOFError, zlib.error) as error:
        raise ExportRefused(file, texts.not_read(type(error).__name__)) from error
    except (TypeError, ValueError, KeyError, AttributeError) as error:  # JSON of another shape
        raise ExportRefused(file, texts.NO_EXPORT) from error


def _verified(file: Path, public_key: Ed25519PublicKey, started: float) -> VerifyReport:
    told: list[tuple[str, str]] = []
    left: list[Left] = []
    for name, values in _read(file, only_told=True):  # first what later entries say of earlier chains
        if name == "chains":
            left += [Left(**dict(zip(_LEFT, row, strict=True))) for row in values]
        elif name == "entries":
            told += [(row[3], row[8]) for row in values if row[3] in {CLOSED, RESTORED}]
    head = _head(file)
    trust = Trust(public_key, handovers({HANDOVERS: orjson.dumps(head["keys"]).decode()}))
    signed = (line.encode() + b"\n" for name, some in _read(file) if name == "heads" for line in some)
    heads = prove(signed, trust, head["journal"], restores(told))
    said = Identity(journal=head["journal"], trust=trust, marked=True, signed=True)
    proven = against(heads, said.journal, trust, left, told, signed=True)
    chains: list[ChainReport] = []
    entries = (row for name, some in _read(file) if name == "entries" for row in some)
    for chain, rows in groupby(entries, key=itemgetter(0)):
        chains.append(proven.walk(str(chain), rows))
    absent = (proven.points.keys() | proven.left.keys()) - {one.chain for one in chains}
    chains += [proven.walk(chain, ()) for chain in sorted(absent)]
    return report(said, chains, heads, Mismatches(), started=started)


def _read(file: Path, *, only_told: bool = False) -> Iterator[tuple[str, list[Any]]]:
    """Give what each line holds, by name. With ``only_told`` entries count only in lines that tell of other chains."""
    counted = {"heads": 0, "chains": 0, "entries": 0}
    with gzip.open(file, "rb") as content:
        content.readline(_LINE_BYTES)
        while line := content.readline(_LINE_BYTES):
            if only_told and line.startswith(b'{"entries"') and not (CLOSED.encode() in line or RESTORED.encode() in line):
                continue
            [(name, values)] = orjson.loads(line).items()
            if name == "end":
                if not only_told and values != counted:
                    raise EOFError
                return
            counted[name] += len(values)
            yield name, values
    raise EOFError  # the line that ends it is missing


def _head(file: Path) -> JsonObject:
    with gzip.open(file, "rb") as content:
        head = orjson.loads(content.readline(_LINE_BYTES))
    if head["format"] != FORMAT or head["version"] != VERSION:
        raise ValueError("another format")
    return {"journal": str(head["journal"]), "keys": list(head["keys"])}
