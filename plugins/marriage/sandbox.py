"""A simulated marriage registry for ``contract/marriage.wsdl`` and ``.xsd``.

It knows no rule of marriage law, so the same couple may register again, and a known key is registered again too.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from lxml import etree

from gateway.sdk.sandbox import CHINA, Decision, Sandbox, SandboxContext

_CONTRACT = Path(__file__).parent / "contract"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_WSDL_SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
_NS = "urn:onestop:marriage:1"
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
_ARGUMENTS = ["userName", "passWord", "appmark", "xmlData"]
#: The registry's operations, by the names that ledgers and faults use, with the document that each takes.
_OPERATIONS = {
    "register": ("register", "registerRequest"),
    "findRegistration": ("find", "findRequest"),
    "queryCouple": ("couple_status", "coupleRequest"),
    "querySingle": ("marital_status", "singleRequest"),
}
_CALL = web.RequestKey("call", etree._Element)  # noqa: SLF001  # lxml has no public name for it

Content = tuple[str, "str | list[Content]"]


class MarriageSandbox(Sandbox):
    """Decides at once. It can find a key but recognises none, so every request is processed."""

    adapter = "marriage"
    recognises = None
    always_open = frozenset({"find", "couple_status", "marital_status"})

    def __init__(self, context: SandboxContext) -> None:
        super().__init__(context)
        self._schema = etree.XMLSchema(etree.parse(str(_CONTRACT / "marriage.xsd")))
        address = etree.parse(str(_CONTRACT / "marriage.wsdl")).find(f".//{{{_WSDL_SOAP}}}address")
        self._path = urlsplit("" if address is None else address.get("location", "")).path

    @property
    def operations(self) -> Collection[str]:
        """The operations of the contract."""
        return [name for name, _ in _OPERATIONS.values()]

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Give the one path of all operations."""
        return [web.post(self._path, self._handle)]

    def operation_of(self, request: web.Request, body: bytes) -> str:
        """Give the name of the element in the body."""
        call = _call(body)
        if call is None:
            return ""
        request[_CALL] = call
        return _OPERATIONS.get(etree.QName(call).localname, ("", ""))[0]

    def reference_for(self, operation: str, number: int) -> str:  # noqa: ARG002  # only registrations are numbered
        """Give a certificate number (结婚证字号)."""
        return f"J500152-{datetime.now(CHINA):%Y}-{number:06d}"

    def unauthorized(self, request: web.Request) -> web.StreamResponse:
        """Give a code in the returned document, like every answer of this registry."""
        return _returned(request, "1001", "用户名、密码或应用标识错误")

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:
        """Give a code in the returned document, with the fields to correct."""
        if decision.outcome != "returned":
            return _returned(request, decision.code or "3001", decision.reason or "不符合结婚登记条件")
        reason = decision.reason or "登记信息有误，请更正"
        names = decision.fields or (("name",) if operation == "marital_status" else ("name_man",))
        fields: list[Content] = [("field", [("name", name), ("message", reason)]) for name in names]
        return _returned(request, decision.code or "2001", reason, fields)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        call = request.get(_CALL)
        if call is None or request.content_type != "text/xml":
            return _fault("The request is not a SOAP 1.1 envelope in text/xml with one call")
        if [argument.tag for argument in call] != _ARGUMENTS or any(len(argument) for argument in call):
            return _fault(f"A call takes the arguments {', '.join(_ARGUMENTS)}")
        name, root = _OPERATIONS.get(etree.QName(call).localname, ("", ""))
        if not name or etree.QName(call).namespace != _NS:
            return _fault("The contract has no such operation")
        if not self._authentic(call):
            return self.unauthorized(request)
        document = _parse(_DECLARATION.sub("", call.findtext("xmlData", ""), count=1).encode())
        if document is None or document.tag != root or not self._schema.validate(document):
            return _returned(request, "1002", "报文不符合接口规范")
        return await self._answer(request, name, {str(field.tag): field.text or "" for field in document})

    async def _answer(self, request: web.Request, operation: str, fields: dict[str, str]) -> web.StreamResponse:
        match operation:
            case "register":
                if refused := self.refused_now():
                    return self.refusal(request, operation, refused)
                people = [_person(fields["cert_num_man"]), _person(fields["cert_num_woman"])]
                effect = await self.effect(fields["serial_no"], operation, {"op_date": fields["op_date"], "people": people})
                return _returned(request, "0000", "登记成功", [_record(effect.key, effect.reference, fields["op_date"])])
            case "find":
                found = self.find(fields["serial_no"])
                if found is None:
                    return _returned(request, "0404", "查无此流水号")
                return _returned(request, "0000", "查询成功", [_record(found.key, found.reference, found.memory["op_date"])])
            case "couple_status":
                certificate = self._certificate(fields["cert_num_man"], fields["cert_num_woman"])
                return _returned(request, "0000", "查询成功", [("couple", [("married", str(bool(certificate)).lower()), *certificate])])
            case _:
                certificate = self._certificate(fields["cert_num"])
                status = "20" if certificate else "10"
                return _returned(request, "0000", "查询成功", [("single", [("marital_status", status), *certificate])])

    def _certificate(self, *numbers: str) -> list[Content]:
        """Find the latest certificate that names all of these people, as part of an answer."""
        people = {_person(number) for number in numbers}
        for effect in reversed(self.ledger.effects):
            if people <= set(effect.memory["people"]):
                return [("cert_no", effect.reference)]
        return []

    def _authentic(self, call: etree._Element) -> bool:
        secrets = self.context.secrets
        expected = {"userName": secrets["username"], "passWord": secrets["password"], "appmark": secrets["appmark"]}
        return all(
            hmac.compare_digest(call.findtext(name, "").encode(), value.get_secret_value().encode()) for name, value in expected.items()
        )


def _person(number: str) -> str:
    """Give a mark by which a person is recognised, so that the number itself is not on disk."""
    return hashlib.sha256(number.encode()).hexdigest()


def _record(key: str, certificate: str, date: str) -> Content:
    return ("record", [("serial_no", key), ("op_type", "IA"), ("cert_no", certificate), ("op_date", date)])


def _parse(body: bytes) -> etree._Element | None:
    """Parse an XML document without a DTD, or give None."""
    if b"<!DOCTYPE" in body:
        return None
    try:
        return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True))
    except etree.XMLSyntaxError:
        return None


def _call(body: bytes) -> etree._Element | None:
    """Give the one element in the body of a SOAP 1.1 envelope, or None."""
    root = _parse(body)
    if root is None or root.tag != f"{{{_SOAP}}}Envelope":
        return None
    calls = root.findall(f"{{{_SOAP}}}Body/*")
    return calls[0] if len(calls) == 1 else None


def _append(parent: etree._Element, content: Iterable[Content]) -> None:
    for name, value in content:
        child = etree.SubElement(parent, name)
        if isinstance(value, str):
            child.text = value
        else:
            _append(child, value)


def _returned(request: web.Request, code: str, message: str, content: Iterable[Content] = ()) -> web.Response:
    """Put the returned string into an envelope. Queries are answered in GBK, one of them without an XML declaration."""
    call = request.get(_CALL)
    name = "register" if call is None else etree.QName(call).localname
    document = etree.Element("response")
    _append(document, [("code", code), ("message", message), *content])
    wrapper = etree.Element(f"{{{_NS}}}{name}Response", nsmap={"m": _NS})
    text = etree.tostring(document, encoding="unicode")
    etree.SubElement(wrapper, "return").text = f'<?xml version="1.0" encoding="GBK"?>\n{text}'
    match name:
        case "queryCouple":
            return _envelope(wrapper, "GBK", declared=True)
        case "querySingle":
            return _envelope(wrapper, "GBK", declared=False)
        case _:
            return _envelope(wrapper, "UTF-8", declared=True)


def _fault(text: str) -> web.Response:
    fault = etree.Element(f"{{{_SOAP}}}Fault", nsmap={"soap": _SOAP})
    etree.SubElement(fault, "faultcode").text = "soap:Client"
    etree.SubElement(fault, "faultstring").text = text
    return _envelope(fault, "UTF-8", declared=True, status=500)


def _envelope(content: etree._Element, encoding: str, *, declared: bool, status: int = 200) -> web.Response:
    envelope = etree.Element(f"{{{_SOAP}}}Envelope", nsmap={"soap": _SOAP})
    etree.SubElement(envelope, f"{{{_SOAP}}}Body").append(content)
    text = etree.tostring(envelope, encoding="unicode")
    head = f'<?xml version="1.0" encoding="{encoding}"?>' if declared else ""
    return web.Response(status=status, body=(head + text).encode(encoding), content_type="text/xml", charset=encoding)
