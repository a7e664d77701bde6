"""What an adapter author writes: one :class:`Department` that talks to one back-end.

Everything here is async, holds no global state and is called directly by the router: hooks only register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, SecretStr

from gateway.model.characters import Charset
from gateway.model.errors import Invalid
from gateway.model.outcome import Absent, FindResult, Outcome, WithdrawResult
from gateway.sdk.departure import Carriers
from gateway.sdk.exchange import Listener
from gateway.sdk.tls import ClientTls


class Request(BaseModel):
    """Base of every operation's request: what the department may see, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Output(BaseModel):
    """Base of every operation's output: what an approved step gives to later ones."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Options(BaseModel):
    """Base of an adapter's own options (``options:`` of its configuration)."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Safe:
    """A lost reply may simply be sent again: the department recognises the key for ``remembered``."""

    remembered: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """After a lost reply ``find`` is asked. ``absent`` counts once ``settle`` has passed since the last send:
    before that the first request may still be travelling.
    """

    settle: timedelta


@dataclass(frozen=True, slots=True)
class Never:
    """After a lost reply nothing is sent again: a person decides."""


Resend = Safe | Ask | Never


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing the department does: typed in, typed out, and what a lost reply of it means.

    ``read_only`` marks a question: it changes nothing at the department, may be asked again at will, and can also
    be asked through ``POST /v1/departments/{name}/queries/{query}``. Its request says of every text what it is
    (:mod:`gateway.sdk.fields`) or how long it may be: who mistypes a number is to be told so, and not that nothing was found.
    ``charset`` is the character set of the department's system where it cannot write every character: who hands in a name that it lacks
    is told so at once.
    """

    name: str
    title_zh: str
    title_en: str
    request: type[Request]
    output: type[Output]
    resend: Resend
    read_only: bool = False
    charset: Charset | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What every call carries besides the request: nothing personal.

    ``key`` is the same on every attempt of a round. ``deadline`` is the seconds this call may take in all.
    ``traceparent`` is the W3C header to send. ``callback_url`` is where a later decision is expected.
    ``fresh_connection`` asks for a connection no other call has used (operations that must never be repeated).
    """

    operation: str
    key: str
    attempt: int
    deadline: float
    traceparent: str
    callback_url: str | None = None
    fresh_connection: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One delivery that ``poll`` is asked about."""

    key: str
    reference: str
    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackReply:
    """What the department is answered."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A department's later decision, verified and read.

    ``id`` is the message's own (the same on every repeat of it). The delivery is named by ``key`` or by the
    department's ``reference``. ``reply`` acknowledges it.
    """

    id: str
    outcome: Outcome
    key: str | None = None
    reference: str | None = None
    reply: CallbackReply = field(default_factory=CallbackReply)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How one department is reached, as installed: the only thing an adapter is made from.

    ``endpoint`` has no trailing slash. ``secrets`` holds what ``secret_names`` asks for. ``deadline`` (seconds) and
    ``max_reply_bytes`` (decoded) bound every call. ``listener`` is told of every exchange by the clients of the SDK; in service there
    is none. ``carriers`` is theirs, too: with it they say that they tell when something leaves. ``tls`` is what they connect with where
    the department asks for a certificate of ours or has a CA of its own; none is the machine's own trust, without a certificate.
    """

    name: str
    endpoint: str
    secrets: Mapping[str, SecretStr]
    options: BaseModel
    deadline: float
    max_reply_bytes: int
    concurrency: int
    listener: Listener | None = field(default=None, compare=False, repr=False)
    carriers: Carriers = field(default_factory=Carriers, compare=False, repr=False)
    tls: ClientTls | None = field(default=None, repr=False)


class Department:
    """Base of an adapter. Override ``submit`` and whatever else the department offers.

    Methods give outcomes and raise only the five errors of :mod:`gateway.model.errors`. An adapter never retries,
    never keeps state between calls, never blocks the event loop and never logs what it sends or gets.
    """

    #: The adapter's name: what ``adapter:`` in a department's configuration refers to.
    adapter: ClassVar[str]
    #: The version of the SDK that it is written for, as ``"major.minor"`` of :data:`gateway.sdk.VERSION`.
    sdk: ClassVar[str]
    #: The adapter's own version, shown to operators.
    version: ClassVar[str] = "0"
    operations: ClassVar[tuple[Operation, ...]]
    #: Names of the secrets it needs, each from ``GATEWAY_<DEPARTMENT>_<SECRET>`` or a file.
    secret_names: ClassVar[tuple[str, ...]] = ()
    options_model: ClassVar[type[BaseModel]] = Options
    #: What the department offers beyond ``submit``.
    can_find: ClassVar[bool] = False
    can_poll: ClassVar[bool] = False
    can_withdraw: ClassVar[bool] = False
    calls_back: ClassVar[bool] = False

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def open(self) -> None:
        """Make what lives as long as the gateway (sessions, parsed WSDLs). Opens no connection to the department."""

    async def close(self) -> None:
        """Undo ``open``; may be followed by ``open`` again."""

    async def submit(self, call: Call, request: Request) -> Outcome:
        """Hand the request of an operation that acts over."""
        raise NotImplementedError

    async def query(self, call: Call, request: Request) -> Outcome:
        """Ask a ``read_only`` operation's question; the answer is ``Approved(output=…)``, or why there is none."""
        raise NotImplementedError

    async def find(self, call: Call, request: Request) -> FindResult:
        """Ask what became of ``call.key``; changes nothing. Needed where an operation declares :class:`Ask`."""
        raise NotImplementedError

    async def poll(self, call: Call, pending: Sequence[Pending]) -> Mapping[str, Outcome | Absent | Invalid]:
        """Ask about many references at once; give what is decided or returned, by reference; leave out what is still open.

        Give ``Absent()`` for a reference that the department does not know, and an ``Invalid`` for one that it refuses to tell of or that
        will never be decided: a person looks into these, and the others go on.
        """
        raise NotImplementedError

    async def withdraw(self, call: Call, reference: str) -> WithdrawResult:
        """Take a case back that the department has not decided."""
        raise NotImplementedError

    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """Verify and read a callback; header names are lower-case. Raises ``CallbackRefused`` when it is not authentic,
        ``CallbackUnfit`` when it is and breaks the contract.
        """
        raise NotImplementedError

    async def probe(self) -> None:
        """Check address, credentials and contract without any effect; raises one of the five errors."""

    @classmethod
    def operation(cls, name: str) -> Operation:
        """The operation of that name; KeyError when there is none."""
        for operation in cls.operations:
            if operation.name == name:
                return operation
        raise KeyError(name)
