"""The adapters of the bench's departments, written like any adapter: one over REST, one over SOAP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import TypeAdapter

from gateway.sdk import Approved, Call, Connection, Department, Operation, Options, Outcome, Output, Request, Safe
from gateway.sdk.rest import ReplyModel, RestClient, read_reply
from gateway.sdk.soap import SoapClient

DEPARTMENTS = 5
#: Departments that are called over SOAP in rounds with SOAP.
SOAP = 2


class Act(Request):
    """The request to a department."""

    name: str
    id_number: str
    text: str


class Receipt(Output):
    """A department's answer."""

    receipt: str


class _Reply(ReplyModel):
    receipt: str


_OPERATIONS = (
    Operation(name="act", title_zh="办理", title_en="Act", request=Act, output=Receipt, resend=Safe(remembered=timedelta(days=1))),
)
_RECEIPT = TypeAdapter(str)


class RestStub(Department):
    """A department that takes one POST."""

    adapter = "stub"
    sdk = "1.0"
    operations = _OPERATIONS

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._client = RestClient(connection)

    async def open(self) -> None:
        """Open the session."""
        await self._client.open()

    async def close(self) -> None:
        """Close it."""
        await self._client.close()

    async def submit(self, call: Call, request: Request) -> Outcome:
        """Make one POST."""
        reply = read_reply(_Reply, await self._client.request(call, "POST", "/act", json=request.model_dump(mode="json")))
        return Approved(output=Receipt(receipt=reply.receipt), reference=call.key)


class SoapStub(Department):
    """A department that takes one SOAP call."""

    adapter = "soap-stub"
    sdk = "1.0"
    operations = _OPERATIONS

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._client = SoapClient(connection, wsdl=Path(__file__).parent / "contract/stub.wsdl")

    async def open(self) -> None:
        """Read the contract and open the session."""
        await self._client.open()

    async def close(self) -> None:
        """Close it."""
        await self._client.close()

    async def submit(self, call: Call, request: Request) -> Outcome:
        """Make one call."""
        assert isinstance(request, Act)  # noqa: S101  # the only operation's
        arguments = {"name": request.name, "idNumber": request.id_number, "text": request.text}
        return Approved(output=Receipt(receipt=await self._client.call(call, "act", arguments, _RECEIPT)), reference=call.key)

    def go_zeeps_way(self) -> None:
        """Build and read by zeep alone from now on."""
        assert self._client._contract is not None  # noqa: S101, SLF001  # it is open, and the bench alone may look into it
        for bound in self._client._contract._operations.values():  # noqa: SLF001  # as above
            bound.request = bound.reply = None


def made(stub_port: int, *, soap: int = 0) -> dict[str, Department]:
    """Give all departments by name, the last ``soap`` of them over SOAP. They listen at ``stub_port`` and the ports after it."""
    departments: dict[str, Department] = {}
    for number in range(DEPARTMENTS):
        name = f"stub_{number + 1}"
        connection = Connection(
            name=name,
            endpoint=f"http://127.0.0.1:{stub_port + number}",
            secrets={},
            options=Options(),
            deadline=30,
            max_reply_bytes=1 << 20,
            concurrency=200,
        )
        departments[name] = (SoapStub if number >= DEPARTMENTS - soap else RestStub)(connection)
    return departments
