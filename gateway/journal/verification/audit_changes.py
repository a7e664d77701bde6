"""Changes of the audit itself, each an entry of it: chains closed, all of them signed, its key handed over, a person's acceptance."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import bindparam, delete, insert, select, update

from gateway.journal.audit.chains import Left, last_entry, left_by
from gateway.journal.audit.entries import CLOSED
from gateway.journal.audit.hash_chain import ChainHead, Entry
from gateway.journal.audit.trust import HANDOVERS, ChainSigner, handovers, public_text
from gateway.journal.keys.said_by_nodes import begin_ends
from gateway.journal.payload import note_part
from gateway.journal.store import schema
from gateway.journal.store.records import Row
from gateway.journal.verification.guard import ChainProblem, chain_wrong, identity
from gateway.journal.writer.draft import Draft, Needs
from gateway.model.case import NOBODY

#: Microseconds without a sign of life after which a chain's writer counts as gone. A live one gives ten signs in that time.
SILENT = 10 * 60 * 1_000_000
#: Chains closed in one commit.
_SOME = 200
#: Problems that an entry names at most.
_NAMED = 100

_CHAIN, _META = schema.chain, schema.meta
_LEAVE = (
    update(_CHAIN)
    .where(_CHAIN.c.id == bindparam("b_id"))
    .values({name: bindparam(f"b_{name}") for name in ("node", "batch", "seq", "hash", "signature", "closed_at")})
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    chain_signer: ChainSigner
    first: Ed25519PublicKey  # the installation's first key
    own: str  # the chain of the node that makes the change

    @property
    def needs(self) -> Needs:
        return Needs()

    def _close(self, draft: Draft, end: ChainHead, batch: int) -> None:
        """Close a chain there for good, signed. Its writer finds another node's name on it, and ends."""
        draft.execute(_LEAVE, {"b_id": end.chain, **{f"b_{name}": value for name, value in self._closed(draft, end, batch).items()}})

    def _begin(self, draft: Draft, chain: str) -> None:
        """Make the row of a chain that has entries and no row."""
        row = self._closed(draft, last_entry(draft.connection, chain), 0)
        draft.insert(_CHAIN, {"id": chain, "seen_at": draft.now, **row})

    def _closed(self, draft: Draft, end: ChainHead, batch: int) -> Row:
        signed = self.chain_signer.of(end.chain, batch, end.seq, end.hash, draft.now)
        return {"node": draft.node, "batch": batch, "seq": end.seq, "hash": end.hash, "signature": signed, "closed_at": draft.now}

    def _others(self, draft: Draft) -> tuple[list[Left], list[str]]:
        """Give all other chains: their rows, and the names of those without one."""
        rows = [left for left in left_by(draft.connection) if left.id != self.own]
        names = set(draft.connection.execute(select(schema.audit.c.chain).distinct()).scalars())
        return rows, sorted(names - {left.id for left in rows} - {self.own})

    def _keep(self, draft: Draft, key: str, value: str) -> None:
        draft.execute(delete(_META).where(_META.c.key == bindparam("b_key")), {"b_key": key})
        draft.execute(insert(_META), {"key": key, "value": value})


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseChains(_Change):
    """A change that closes the chains of writers that are gone, each with an entry. Gives how many it left open as not signed so.

    Without ``closes`` it is a sign of life and nothing more.
    """

    closes: bool = True

    def decide(self, draft: Draft) -> int:
        """Close them, passing over rows that another node has locked.

        An unsigned chain may be of an older version, which gives no sign of life.
        """
        if not self.closes:
            return 0
        begin_ends(draft)  # the older node for which they wait may be one whose chain was closed before
        silent = (_CHAIN.c.closed_at.is_(None), _CHAIN.c.signature.is_not(None), _CHAIN.c.seen_at < draft.now - SILENT)
        found = select(_CHAIN.c.id).where(*silent, _CHAIN.c.id != self.own).limit(_SOME).with_for_update(skip_locked=True)
        gone = set(draft.connection.execute(found).scalars())
        if not gone:
            return 0
        said, broken = identity(draft.connection, self.first), 0
        for left in (one for one in left_by(draft.connection) if one.id in gone):
            if any(chain_wrong(draft.connection, said, left, signed=True)):
                broken += 1
                continue
            self._close(draft, ChainHead(chain=left.id, seq=left.seq, hash=left.hash), left.batch + 1)
            draft.audit(Entry(event=CLOSED, actor="gateway", details={"chain": left.id, "seq": left.seq, "hash": left.hash}))
        return broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade(_Change):
    """A change that signs everything that older versions left unsigned. From then on a chain without a signature is a finding."""

    actor: str = "gateway"

    def decide(self, draft: Draft) -> int:
        """Close each such chain where it stands, so that a node of the older version cannot go on. Gives how many there were.

        The entry holds a digest of where they stood, since there may be thousands.
        """
        if schema.SIGNED_SINCE in _facts(draft):
            return 0  # what has no signature now has lost it
        rows, nameless = self._others(draft)
        unsigned = sorted((left for left in rows if left.signature is None), key=lambda left: left.id)
        digest = hashlib.sha256()
        for left in unsigned:
            digest.update(orjson.dumps([left.id, left.seq, left.hash]) + b"\n")
            self._close(draft, ChainHead(chain=left.id, seq=left.seq, hash=left.hash), left.batch + 1)
        for chain in nameless:
            self._begin(draft, chain)
        draft.insert(_META, {"key": schema.SIGNED_SINCE, "value": str(draft.now)})
        details = {"chains": len(unsigned), "without_row": len(nameless), "digest": digest.hexdigest()}
        draft.audit(Entry(event="audit_upgraded", actor=self.actor, details=details))
        return len(unsigned) + len(nameless)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(_Change):
    """A change that takes the audit as it was found. The entry commits to the reason, which is personal."""

    problems: Sequence[ChainProblem]
    reason: str
    actor: str
    signed: bool  # a chain without a signature is one of the problems

    def decide(self, draft: Draft) -> None:
        """Close every other chain that is not as it was signed, at the end of its entries."""
        said = identity(draft.connection, self.first)
        rows, nameless = self._others(draft)
        for left in rows:
            if any(chain_wrong(draft.connection, said, left, signed=self.signed)):
                self._close(draft, last_entry(draft.connection, left.id), left.batch + 1)
        for chain in nameless if self.signed else ():
            self._begin(draft, chain)
        if self.signed:
            self._keep(draft, schema.SIGNED_SINCE, _facts(draft).get(schema.SIGNED_SINCE, str(draft.now)))
        draft.put_payload(NOBODY, note_part(f"audit:{draft.now}"), 1, self.reason.encode())
        named = [[problem.kind, problem.chain, problem.seq] for problem in self.problems[:_NAMED]]
        key = public_text(self.first)  # the key may be another than before, when that one is lost
        details = {"problems": named, "count": len(self.problems), "key": key}
        draft.audit(Entry(event="audit_accepted", actor=self.actor, details=details))


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(_Change):
    """A change that keeps the old key's word for the new one that signs after it. This very commit is still signed by the old."""

    said: Mapping[str, str]
    actor: str

    def decide(self, draft: Draft) -> None:
        """Add that word to those before it."""
        self._keep(draft, HANDOVERS, orjson.dumps([*handovers(_facts(draft)), dict(self.said)]).decode())
        draft.audit(Entry(event="audit_key_handed_over", actor=self.actor, details=dict(self.said)))


def _facts(draft: Draft) -> dict[str, str]:
    return {row.key: row.value for row in draft.connection.execute(select(_META))}
