"""The marriage registry: XML documents within strings, both ways.

Contract: ``contract/marriage.wsdl`` for the calls, ``contract/marriage.xsd`` for the documents in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from gateway.sdk import (
    Absent,
    Approved,
    Ask,
    AuthFailed,
    Call,
    Connection,
    FieldProblem,
    FindResult,
    Found,
    InDoubt,
    Invalid,
    Operation,
    Outcome,
    Output,
    Rejected,
    Request,
    Returned,
    Safe,
    Unknown,
    our_names,
    wire_values,
)
from gateway.sdk.fields import IdNumber, Name
from gateway.sdk.soap import ReplyModel, SoapClient, SoapDepartment, XmlText, probe_call

_CONTRACT = Path(__file__).parent / "contract"
_STRING = TypeAdapter(str)
#: What the documents declare, so that the registry reads nothing else.
_CHARSET: Final = "gbk"
#: As long as the registry takes.
_Name = Annotated[Name, Field(max_length=60)]


class Register(Request):
    """Registration of a marriage."""

    name_man: str
    id_number_man: str = Field(serialization_alias="cert_num_man")
    name_woman: str
    id_number_woman: str = Field(serialization_alias="cert_num_woman")
    registered_on: date = Field(serialization_alias="op_date")


class Registered(Output):
    """The certificate (结婚证字号)."""

    certificate_number: str
    registered_on: date


class CoupleStatus(Request):
    """Whether these two are married to each other."""

    name_man: _Name
    id_number_man: Annotated[IdNumber, Field(serialization_alias="cert_num_man")]
    name_woman: Annotated[_Name, Field(examples=["王芳"])]
    id_number_woman: Annotated[IdNumber, Field(examples=["500152198512310026"], serialization_alias="cert_num_woman")]


class Couple(Output):
    """The answer, with the certificate when there is one."""

    married: bool
    certificate_number: str | None = None


class MaritalStatus(Request):
    """One person's marital status."""

    name: _Name
    id_number: Annotated[IdNumber, Field(serialization_alias="cert_num")]


class Single(Output):
    """The code of GB/T 2261.2, with the certificate when there is one."""

    marital_status: Literal["10", "20", "21", "22", "23", "30", "40", "90"]
    certificate_number: str | None = None


class _Field(ReplyModel):
    name: str
    message: str


class _Record(ReplyModel):
    serial_no: str
    op_type: Literal["IA"]
    cert_no: str
    op_date: date


class _CoupleAnswer(ReplyModel):
    married: bool
    cert_no: str | None = None


class _SingleAnswer(ReplyModel):
    marital_status: Literal["10", "20", "21", "22", "23", "30", "40", "90"]
    cert_no: str | None = None


class _Response(ReplyModel):
    code: str
    message: str
    field: list[_Field] = Field(default_factory=list)
    record: _Record | None = None
    couple: _CoupleAnswer | None = None
    single: _SingleAnswer | None = None


class Marriage(SoapDepartment):
    """Registers at once. A repeated key is registered again, so that after a lost reply the registry is asked first."""

    adapter = "marriage"
    sdk = "1.2"
    version = "1.0"
    secret_names = ("username", "password", "appmark")
    can_find = True
    operations = (
        Operation(
            name="register",
            title_zh="结婚登记",
            title_en="Marriage registration",
            request=Register,
            output=Registered,
            resend=Ask(settle=timedelta(seconds=10)),
            charset=_CHARSET,
        ),
        Operation(
            name="couple_status",
            title_zh="双方婚姻登记查询",
            title_en="Whether two people are married",
            request=CoupleStatus,
            output=Couple,
            resend=Safe(remembered=timedelta(hours=1)),
            read_only=True,
            charset=_CHARSET,
        ),
        Operation(
            name="marital_status",
            title_zh="单方婚姻状况查询",
            title_en="A person's marital status",
            request=MaritalStatus,
            output=Single,
            resend=Safe(remembered=timedelta(hours=1)),
            read_only=True,
            charset=_CHARSET,
        ),
    )

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.soap = SoapClient(connection, wsdl=_CONTRACT / "marriage.wsdl")
        self._documents = XmlText(_CONTRACT / "marriage.xsd", declared_encoding=_CHARSET.upper())

    async def submit(self, call: Call, request: Request) -> Outcome:
        """Register a marriage."""
        fields = {"serial_no": call.key, "op_type": "IA", **wire_values(request, "json")}
        return self._registered(call, await self._ask(call, "register", "registerRequest", fields))

    async def find(self, call: Call, request: Request) -> FindResult:  # noqa: ARG002  # the key is all the registry needs
        """Ask for the registration made under ``call.key``."""
        response = await self._ask(call, "findRegistration", "findRequest", {"serial_no": call.key})
        match response.code:
            case "0000":
                return Found(outcome=self._registered(call, response))
            case "0404":
                return Absent()
            case code:  # the question was refused, which says nothing of the registration
                return Unknown(detail=f"the registry answered {code}")

    async def query(self, call: Call, request: Request) -> Outcome:
        """Ask about a couple or about one person."""
        if call.operation == "couple_status":
            response = await self._ask(call, "queryCouple", "coupleRequest", wire_values(request, "json"))
        else:
            response = await self._ask(call, "querySingle", "singleRequest", wire_values(request, "json"))
        if refused := _business(response):
            return refused
        if call.operation == "couple_status" and response.couple:
            return Approved(output=Couple(married=response.couple.married, certificate_number=response.couple.cert_no))
        if call.operation == "marital_status" and response.single:
            single = response.single
            return Approved(output=Single(marital_status=single.marital_status, certificate_number=single.cert_no))
        raise InDoubt("reply_contract", f"the registry answered {call.operation} without saying anything")

    async def probe(self) -> None:
        """Ask for a registration that cannot be there: shows that address, account and contract are right."""
        await self._ask(probe_call(self.connection), "findRegistration", "findRequest", {"serial_no": "probe"})

    async def _ask(self, call: Call, operation: str, root: str, fields: Mapping[str, str]) -> _Response:
        secrets = self.connection.secrets
        arguments = {
            "userName": secrets["username"].get_secret_value(),
            "passWord": secrets["password"].get_secret_value(),
            "appmark": secrets["appmark"].get_secret_value(),
            "xmlData": self._documents.write_fields(root, fields),
        }
        answer = await self.soap.call(call, operation, arguments, _STRING)
        response = self._documents.read(answer, _Response, lists=("field",))
        if response.code == "1001":
            raise AuthFailed("registry_1001", "the registry refused the account, the password or the application mark")
        if response.code == "1002":
            raise Invalid("registry_1002", "the registry says that the document does not fit its contract")
        return response

    def _registered(self, call: Call, response: _Response) -> Outcome:
        if refused := _business(response):
            return refused
        record = response.record
        if record is None or record.serial_no != call.key:
            raise InDoubt("reply_mismatch", "the registry answered with another registration than the one asked about")
        return Approved(output=Registered(certificate_number=record.cert_no, registered_on=record.op_date), reference=record.cert_no)


def _business(response: _Response) -> Outcome | None:
    """None for success, an outcome for a decision; raises ``InDoubt`` for any code that proves neither."""
    match response.code[0]:
        case "2":
            ours = our_names(Register) | our_names(MaritalStatus)
            fields = tuple(FieldProblem(ours.get(field.name, ""), field.message) for field in response.field)
            return Returned(code=response.code, reason=response.message, fields=fields)
        case "3":
            return Rejected(code=response.code, reason=response.message)
        case _ if response.code == "0000":
            return None
        case _:
            raise InDoubt(f"registry_{response.code}", "the registry did not say what became of the request")
