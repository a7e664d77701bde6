"""Findings of a verification of the audit, as values that say in words where to look."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.model.case import NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainProblem:
    """The first bad place of one chain, or of the heads file.

    ``kind``: ``changed`` (the entry does not fit its hash), ``missing`` (no entry has this ``seq``), ``rewritten`` (the chain fits, but not
    what was signed for ``seq``: it was recomputed after ``sound``), ``cut`` (a signed head reached ``signed``, the chain ends before
    ``seq``), ``short`` (its writer's last commit reached ``signed``, the chain ends before ``seq``), ``not_written`` (it ends otherwise
    than its writer's last commit, at ``signed``, left it), ``unsigned`` (no commit of its writer is signed), ``row_forged`` (what says
    where its last commit left it is not signed with this installation's key), ``accepted_changed`` (up to ``seq`` it was accepted as it
    stood, and is not so any more), ``no_identity`` (the journal's own id is gone), ``unmarked`` (so is the mark that all of its chains are
    signed), ``heads_missing``, ``heads_unreadable``, ``heads_forged``, ``heads_removed``, ``heads_other_journal`` (``seq`` is the line in
    the heads file).
    """

    kind: str
    chain: str | None = None
    seq: int | None = None
    event: str | None = None
    at: int | None = None  # microseconds since the epoch, as the entry says
    sound: int | None = None
    signed: int | None = None

    @property
    def en(self) -> str:
        """The problem in English: what is wrong, and where."""
        return _PROBLEMS[self.kind][1].format(**self._words("no entry"))

    @property
    def zh(self) -> str:
        """The problem in Chinese."""
        return _PROBLEMS[self.kind][0].format(**self._words("无条目"))

    def _words(self, none: str) -> dict[str, str]:
        after = str(self.seq - 1) if self.seq is not None else ""
        when = _time(self.at)
        return {
            "chain": self.chain or "",
            "seq": str(self.seq),
            "before": after,
            "event": self.event or none,
            "when": when,
            "sound": str(self.sound),
            "signed": str(self.signed),
        }


def _time(at: int | None) -> str:
    return datetime.fromtimestamp(at / 1e6, UTC).isoformat(timespec="seconds") if at is not None and 0 <= at < 2**52 else "?"


_PROBLEMS = {
    "changed": (
        "链 {chain} 第 {seq} 条（{event}，{when}）与其哈希不符：内容被改动，或被换成了另一条；第 {before} 条及以前完好",
        (
            "chain {chain}, entry {seq} ({event}, {when}) does not fit its hash: it was changed, or another was put in its place; "
            "all up to entry {before} is sound"
        ),
    ),
    "missing": (
        "链 {chain} 缺第 {seq} 条：被删除，或序号被改动；第 {before} 条及以前完好",
        "chain {chain} has no entry {seq}: it was removed, or its number changed; all up to entry {before} is sound",
    ),
    "rewritten": (
        "链 {chain} 第 {seq} 条（{event}）与当时签名的链头不符：第 {sound} 条之后被整体重算，或放回了另一份副本",
        (
            "chain {chain}, entry {seq} ({event}) is not what was signed at the time: everything after entry {sound} was recomputed, "
            "or another copy was put in its place"
        ),
    ),
    "cut": (
        "链 {chain} 到第 {before} 条为止：第 {seq} 条起（签名的链头曾到第 {signed} 条）不见了，尾部被截断，或放回了旧副本",
        (
            "chain {chain} ends with entry {before}: entry {seq} and what followed, signed up to entry {signed}, is gone; "
            "the tail was cut off, or an older copy was put back"
        ),
    ),
    "short": (
        "链 {chain} 到第 {before} 条为止，而网关最后一次提交到了第 {signed} 条：第 {seq} 条起被删除",
        (
            "chain {chain} ends with entry {before}, but the gateway's last commit reached entry {signed}: "
            "entry {seq} and what followed was removed"
        ),
    ),
    "not_written": (
        "链 {chain} 的末尾（第 {seq} 条）不是网关最后一次提交（到第 {signed} 条）所写：有条目被补入，或尾部被重算",
        (
            "chain {chain} does not end (entry {seq}) as the gateway's last commit left it (entry {signed}): "
            "entries were put in, or its tail was recomputed"
        ),
    ),
    "unsigned": (
        "链 {chain}（至第 {seq} 条）没有提交签名：签名被抹去；若有旧版本节点写过，请在其全部停止后执行 gateway audit upgrade",
        (
            "chain {chain} (up to entry {seq}) has no commit that is signed: the signature was taken off; if nodes of the version before "
            "wrote it, run `gateway audit upgrade` once they have all stopped"
        ),
    ),
    "row_forged": (
        "链 {chain} 的最后一次提交（第 {seq} 条）不是用本机构密钥签署的：审计记录被改写后重算",
        (
            "chain {chain} is not signed with this installation's key where its last commit left it (entry {seq}): "
            "the audit was changed and computed again"
        ),
    ),
    "accepted_changed": (
        "链 {chain} 至第 {seq} 条曾由 gateway audit accept 按原样认可，此后又被改动",
        "chain {chain} was accepted up to entry {seq} as it stood (gateway audit accept), and has been changed since",
    ),
    "no_identity": (
        "日志库的标识（meta 表）被清空：这不是新的日志库，请恢复备份",
        "the journal's own id is gone (table meta was emptied): this is no new journal; restore a backup",
    ),
    "unmarked": (
        "meta 表中“所有链均已签名”的标记被删除",
        "the mark that all chains of this journal are signed is gone: table meta was changed",
    ),
    "heads_missing": (
        "签名链头文件不存在：无法证明尾部未被截断；请从日志备份处取回",
        "the file of signed heads is gone: nothing proves that the tail is whole; fetch it from where logs are kept",
    ),
    "heads_unreadable": ("签名链头文件无法读取，请检查权限", "the file of signed heads cannot be read: check who may read it"),
    "heads_forged": (
        "签名链头文件第 {seq} 行不是用本机构密钥签署的：被伪造或改动",
        "line {seq} of the signed heads is not signed with this installation's key: it was forged or changed",
    ),
    "heads_removed": (
        "签名链头文件第 {seq} 行之前有行被删除或调换",
        "lines before line {seq} of the signed heads were removed or swapped",
    ),
    "heads_other_journal": (
        "签名链头文件第 {seq} 行属于另一个日志库：数据库或文件被替换",
        "line {seq} of the signed heads is of another journal: the database or the file was replaced",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A row that is not what the audit says it is.

    ``what`` is a table, ``entry``, ``rows`` (all of a case that a baseline vouched for) or ``baseline`` (a second one). ``id`` names it (a
    payload by part and revision, an entry by its event number, others as their entries do). ``field`` is the column, or ``image`` or
    ``contents`` where a digest differs, or None for the row itself. ``table`` and ``audit`` are the two values, or the beginnings of
    digests, and None where that side has nothing. Never personal data.
    """

    what: str
    id: str
    application_id: str
    field: str | None
    table: str | int | bool | None
    audit: str | int | bool | None

    @property
    def en(self) -> str:
        """The difference in English."""
        owned = self.what != "application" and self.application_id != NOBODY
        place = f"{self.what} {self.id} of application {self.application_id}" if owned else f"{self.what} {self.id}"
        if self.what == "baseline":
            return f"{place}: what was there was vouched for a second time; what was changed between the two is not proven"
        if self.field == "image":
            return (
                f"{place}: columns of it or of its deliveries are not as its last entry left them ({self.table}, {self.audit} by the audit)"
            )
        if self.field is not None:
            return f"{place}: {self.field} is {self.table} in the table, {self.audit} by the audit"
        if self.table is None:
            return f"{place}: the audit has it, the table does not: it was deleted"
        return f"{place}: the table has it, the audit does not: it was put in"

    @property
    def zh(self) -> str:
        """The difference in Chinese."""
        word, owned = _WORDS.get(self.what, self.what), self.what != "application" and self.application_id != NOBODY
        place = f"办件 {self.application_id} 的{word} {self.id}" if owned else f"{word} {self.id}"
        if self.what == "baseline":
            return f"{place}：再次确认了已有内容；两次之间的改动无法证明"
        if self.field == "image":
            return f"{place}：办件或其交办的某些列与最后一条审计条目所记不符（表 {self.table}，审计 {self.audit}）"
        if self.field is not None:
            return f"{place}:{self.field} 在表中为 {self.table}，审计记录为 {self.audit}"
        if self.table is None:
            return f"{place}：审计中有，表中没有：被删除"
        return f"{place}：表中有，审计中没有：被插入"


_WORDS = {
    "application": "办件",
    "delivery": "交办",
    "payload": "数据",
    "entry": "审计条目",
    "attempt": "调用",
    "idempotency": "提交记录",
    "inbox": "回调",
    "rows": "基线以前的记录",
    "baseline": "基线",
    "service_definition": "事项定义",
    "department_control": "部门管控",
    "api_key": "密钥",
    "job": "任务",
    "job_delivery": "任务结果",
    "number_block": "号段",
    "quota_use": "配额",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredCopy:
    """A note, not a fault: one chain was put back to a backup by ``gateway restore``, which signed that it did.

    ``kept`` is the last entry of the backup. The entries from there up to ``lost`` (None: none is known) are gone with the old journal.
    """

    chain: str
    kept: int
    lost: int | None
    taken_at: int  # microseconds
    restored_at: int

    @property
    def en(self) -> str:
        """The note in English."""
        gone = (
            f"entries {self.kept + 1} to {self.lost}, signed before, are gone with the old journal"
            if self.lost is not None
            else f"whether anything followed entry {self.kept} is not known here"
        )
        return (
            f"restored copy: at {_time(self.restored_at)} chain {self.chain} was put back to the backup of {_time(self.taken_at)}, "
            f"entry {self.kept}; {gone}"
        )

    @property
    def zh(self) -> str:
        """The note in Chinese."""
        gone = (
            f"此前签名过的第 {self.kept + 1} 至 {self.lost} 条随旧库丢失"
            if self.lost is not None
            else f"第 {self.kept} 条之后是否还有条目，此处无从得知"
        )
        return f"恢复的副本：链 {self.chain} 于 {_time(self.restored_at)} 恢复到 {_time(self.taken_at)} 的备份（第 {self.kept} 条）；{gone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceNote:
    """A note, not a fault: a person took the audit as it was found (``gateway audit accept``), with so many problems.

    ``chains`` are those that do not fit their hashes, each up to the entry that was its last: nobody can prove what stood there.
    """

    at: int  # microseconds
    problems: int
    chains: tuple[tuple[str, int], ...]

    @property
    def en(self) -> str:
        """The note in English."""
        places = "; ".join(f"chain {chain} up to entry {seq} does not fit its hashes" for chain, seq in self.chains)
        return f"accepted at {_time(self.at)} as it was found, with {self.problems} problems" + (f": {places}" if places else "")

    @property
    def zh(self) -> str:
        """The note in Chinese."""
        places = ";".join(f"链 {chain} 至第 {seq} 条与哈希不符" for chain, seq in self.chains)
        return f"{_time(self.at)} 按当时状态认可，有 {self.problems} 处问题" + (f":{places}" if places else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """One chain: the count of its entries, the hash of the last, the highest that is signed, its first bad place."""

    chain: str
    entries: int
    hash: str
    signed: int | None
    problem: ChainProblem | None


@dataclass(slots=True)
class Mismatches:
    """The first of the rows that differ, and the count of all."""

    kept: list[Mismatch] = field(default_factory=list)
    count: int = 0
    unchecked: int = 0  # payloads from before there were salts: their commitments are keyed, and the key is not here
    most: int = 100

    def add(self, mismatch: Mismatch) -> None:
        """Count one, and keep it while there is room."""
        self.count += 1
        if len(self.kept) < self.most:
            self.kept.append(mismatch)

    def take(self, others: Mismatches) -> None:
        """Add those that were found elsewhere."""
        self.kept += others.kept[: self.most - len(self.kept)]
        self.count += others.count
        self.unchecked += others.unchecked


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """All that verifying found: ``problems`` in the order to look at them, the first hundred ``mismatches`` of ``mismatch_count``.

    ``restored`` and ``accepted`` are notes: what signed restores cut off from chains, and what a person took as it was.
    """

    journal: str | None
    chains: tuple[ChainReport, ...]
    heads_lines: int
    heads_torn: bool
    commitments_checked: bool
    problems: tuple[ChainProblem, ...]
    mismatches: tuple[Mismatch, ...]
    mismatch_count: int
    seconds: float
    restored: tuple[RestoredCopy, ...] = ()
    accepted: tuple[AcceptanceNote, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether nothing at all is wrong."""
        return not self.problems and not self.mismatch_count

    @property
    def entries(self) -> int:
        """The count of entries in all chains."""
        return sum(chain.entries for chain in self.chains)

    @property
    def first(self) -> ChainProblem | None:
        """The first bad entry (or line of the heads file)."""
        return self.problems[0] if self.problems else None
