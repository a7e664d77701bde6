"""The base of every adapter: one :class:`Department` that talks to one back-end.

Everything here is async, holds no global state and is called directly by the router. Hooks only register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, SecretStr

from gateway.model.errors import Invalid
from gateway.model.outcome import Absent, FindResult, Outcome, WithdrawResult
from gateway.sdk.http.exchange import Carriers, Listener
from gateway.sdk.http.tls import ClientTls
from gateway.texts.characters import Charset


class Request(BaseModel):
    """Base of every operation's request, which holds the data that the department may see and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Output(BaseModel):
    """Base of every operation's output: the values that an approved step gives to later ones."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Options(BaseModel):
    """Base of an adapter's own options (``options:`` of its configuration)."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Safe:
    """A lost reply that may simply be sent again, because the department recognises the key for ``remembered``."""

    remembered: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A lost reply after which ``find`` is asked.

    ``absent`` counts once ``settle`` has passed since the last send, because until then the first request may still be travelling.
    """

    settle: timedelta


@dataclass(frozen=True, slots=True)
class Never:
    """A lost reply after which nothing is sent again, because a person decides."""


Resend = Safe | Ask | Never


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that the department does, with its request, its output and the meaning of a lost reply.

    ``read_only`` marks a question. It changes nothing at the department, may be repeated at will, and can also be asked through
    ``POST /v1/departments/{name}/queries/{query}``. Each text of its request has a kind (:mod:`gateway.sdk.fields`) or a greatest length,
    so that a mistyped number is reported as such and not as nothing found.

    ``charset`` is the character set of the department's system where it cannot write every character. An applicant whose name it cannot
    write is told so at once.
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
    """The facts beside the request of every call, none of them personal.

    ``key`` is the same on every attempt of a round. ``deadline`` is the seconds this call may take in all. ``traceparent`` is the W3C
    header to send. ``callback_url`` is the address for a later decision. ``fresh_connection`` asks for a connection that no other call has
    used (operations that must never be repeated).
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
    """One delivery that ``poll`` asks about."""

    key: str
    reference: str
    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackReply:
    """The gateway's answer to a department's callback."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A department's later decision, verified and read.

    ``id`` is the message's own and the same on every repeat. The delivery is named by ``key`` or by the department's ``reference``.
    ``reply`` acknowledges the message.
    """

    id: str
    outcome: Outcome
    key: str | None = None
    reference: str | None = None
    reply: CallbackReply = field(default_factory=CallbackReply)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The installed way to one department, and the only thing that an adapter is made from.

    ``endpoint`` has no trailing slash. ``secrets`` holds those in ``secret_names``. ``deadline`` (seconds) and ``max_reply_bytes``
    (decoded) bound every call.

    The clients of the SDK tell ``listener`` of every exchange, and there is none in service. They use ``carriers`` to say that they report
    when something leaves. They connect with ``tls`` where the department asks for a certificate of ours or has a CA of its own. None means
    the machine's own trust, without a certificate.
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

    Methods give outcomes and raise only the five errors of :mod:`gateway.model.errors`. An adapter never retries, never keeps state between
    calls, never blocks the event loop and never logs what it sends or gets.
    """

    #: The adapter's name, as in ``adapter:`` of a department's configuration.
    adapter: ClassVar[str]
    #: The version of the SDK that the adapter is written for, as ``"major.minor"`` of :data:`gateway.sdk.VERSION`.
    sdk: ClassVar[str]
    #: The adapter's own version, shown to operators.
    version: ClassVar[str] = "0"
    operations: ClassVar[tuple[Operation, ...]]
    #: Names of the secrets that the adapter needs, each from ``GATEWAY_<DEPARTMENT>_<SECRET>`` or a file.
    secret_names: ClassVar[tuple[str, ...]] = ()
    options_model: ClassVar[type[BaseModel]] = Options
    #: Abilities of the department beyond ``submit``.
    can_find: ClassVar[bool] = False
    can_poll: ClassVar[bool] = False
    can_withdraw: ClassVar[bool] = False
    calls_back: ClassVar[bool] = False

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def open(self) -> None:
        """Make the objects that live as long as the gateway (sessions, parsed WSDLs), without connecting to the department."""

    async def close(self) -> None:
        """Undo ``open``, which may be called again afterwards."""

    async def submit(self, call: Call, request: Request) -> Outcome:
        """Hand over the request of an operation that acts."""
        raise NotImplementedError

    async def query(self, call: Call, request: Request) -> Outcome:
        """Ask a ``read_only`` operation's question. The answer is ``Approved(output=…)``, or the outcome that says why there is none."""
        raise NotImplementedError

    async def find(self, call: Call, request: Request) -> FindResult:
        """Ask what became of ``call.key``, without changing anything. An operation that declares :class:`Ask` needs this."""
        raise NotImplementedError

    async def poll(self, call: Call, pending: Sequence[Pending]) -> Mapping[str, Outcome | Absent | Invalid]:
        """Ask about many references at once, and give by reference each one that is decided or returned. Leave out those still open.

        Give ``Absent()`` for a reference that the department does not know, and ``Invalid`` for one that it refuses to tell of or will
        never decide. A person looks into these while the others go on.
        """
        raise NotImplementedError

    async def withdraw(self, call: Call, reference: str) -> WithdrawResult:
        """Take back a case that the department has not decided."""
        raise NotImplementedError

    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """Verify and read a callback, whose header names are in lower case.

        Raises ``CallbackRefused`` when the callback is not authentic, and ``CallbackUnfit`` when an authentic one breaks the contract.
        """
        raise NotImplementedError

    async def probe(self) -> None:
        """Check address, credentials and contract without any effect. Raises one of the five errors."""

    @classmethod
    def operation(cls, name: str) -> Operation:
        """Give the operation of that name. Raises KeyError when there is none."""
        for operation in cls.operations:
            if operation.name == name:
                return operation
        raise KeyError(name)
