"""A simulated social security bureau for ``contract/social_security.wsdl`` and ``.xsd``. It knows no rule beyond the contract."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from lxml import etree

from gateway.sdk.sandbox import CHINA, Decision, Effect, Sandbox, SandboxContext

_CONTRACT = Path(__file__).parent / "contract"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_WSDL_SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_NS = "urn:onestop:social-security:1"
_NAMES = {"soap": _SOAP, "wsse": _WSSE, "wsu": _WSU, "sb": _NS}
_CLOCK_SECONDS = 300
#: The bureau's operations, by the names that ledgers and faults use.
_OPERATIONS = {
    "updateFamily": "update_family",
    "retire": "retire",
    "enrollEmployees": "enroll_employees",
    "queryCases": "query_cases",
    "withdrawCase": "withdraw_case",
}
_STATES = {None: "1", "approved": "2", "rejected": "3", "returned": "4", "withdrawn": "5"}
_TEXTS = {None: "已受理", "approved": "已办结", "rejected": "不符合办理条件", "returned": "材料需补正", "withdrawn": "申请人已撤回"}
_CODES = {"rejected": "E301", "returned": "E401"}
_MESSAGE = web.RequestKey("message", etree._Element)  # noqa: SLF001  # lxml has no public name for it


class SocialSecuritySandbox(Sandbox):
    """Accepts now and decides later. It remembers a key for thirty days, across restarts too."""

    adapter = "social_security"
    recognises = timedelta(days=30)
    deferred = frozenset({"update_family", "retire", "enroll_employees"})
    always_open = frozenset({"query_cases", "withdraw_case"})

    def __init__(self, context: SandboxContext) -> None:
        super().__init__(context)
        self._schema = etree.XMLSchema(etree.parse(str(_CONTRACT / "social_security.xsd")))
        address = etree.parse(str(_CONTRACT / "social_security.wsdl")).find(f".//{{{_WSDL_SOAP}}}address")
        self._path = urlsplit("" if address is None else address.get("location", "")).path
        self._nonces: dict[str, float] = {}

    @property
    def operations(self) -> Collection[str]:
        """The operations of the contract."""
        return _OPERATIONS.values()

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Give the one path of all operations."""
        return [web.post(self._path, self._handle)]

    def operation_of(self, request: web.Request, body: bytes) -> str:
        """Give the name of the element in the body."""
        message = _message(body)
        if message is None:
            return ""
        request[_MESSAGE] = message
        return _OPERATIONS.get(etree.QName(message).localname, "")

    def reference_for(self, operation: str, number: int) -> str:  # noqa: ARG002  # one series for all
        """Give a case number (受理编号)."""
        return f"SB{datetime.now(CHINA):%Y%m%d}{number:06d}"

    def unauthorized(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002  # it does not say which part was wrong
        """Give the fault of WS-Security 1.1 §12."""
        return _fault("wsse:FailedAuthentication", "The security token could not be authenticated or authorized")

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:
        """Refuse or return a case on filing, or refuse a withdrawal that is not allowed."""
        message = request.get(_MESSAGE)
        key = None if message is None else message.findtext("sb:BAZ001", namespaces=_NAMES)
        if operation == "withdraw_case":
            return _reply("withdrawCase", _element("BAZ005", "2"))
        if message is None or key is None:
            return _fault("soap:Server", "业务处理失败")
        refused = Effect(key=key, operation=operation, reference=self.reference_for(operation, 0), at=datetime.now(UTC), decision=decision)
        return _reply(etree.QName(message).localname, _case(refused))

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        message = request.get(_MESSAGE)
        if message is None or request.content_type != "text/xml":
            return _fault("soap:Client", "The request is not a SOAP 1.1 envelope in text/xml with one message")
        if not self._authentic(message):
            return self.unauthorized(request)
        if not self._schema.validate(message):
            return _fault("soap:Client", f"The message does not fit the contract: {self._schema.error_log[0].type_name}")  # type: ignore[index]  # lxml-stubs do not know what a log holds
        name = etree.QName(message).localname
        operation = _OPERATIONS.get(name, "")
        match operation:
            case "query_cases":
                known = [self.case(one.text or "") for one in message]
                return _reply(name, *(_case(effect) for effect in known if effect))
            case "withdraw_case":
                return _reply(name, _element("BAZ005", await self._withdraw(message[0].text or "")))
            case "":
                return _fault("soap:Client", "The contract has no such operation")
            case _:
                key = message.findtext("sb:BAZ001", "", namespaces=_NAMES)
                return _reply(name, _case(await self.effect(key, operation, _memory(message))))

    async def _withdraw(self, reference: str) -> str:
        effect = self.case(reference)
        if effect is None:
            return "2"
        if await self.decide(effect, Decision(outcome="withdrawn")):
            return "0"
        return "0" if effect.decision and effect.decision.outcome == "withdrawn" else "1"

    def _authentic(self, message: etree._Element) -> bool:
        """Check the UsernameToken (profile 1.1): name, password or digest, age, and that the nonce is new."""
        token = message.getroottree().find("soap:Header/wsse:Security/wsse:UsernameToken", namespaces=_NAMES)
        if token is None:
            return False
        password = self.context.secrets["password"].get_secret_value()
        given = token.findtext("wsse:Password", "", namespaces=_NAMES)
        name = token.findtext("wsse:Username", "", namespaces=_NAMES)
        if not hmac.compare_digest(name.encode(), self.context.secrets["username"].get_secret_value().encode()):
            return False
        if not self.context.options.get("password_digest", True):
            return hmac.compare_digest(given.encode(), password.encode())
        nonce, created = token.findtext("wsse:Nonce", "", namespaces=_NAMES), token.findtext("wsu:Created", "", namespaces=_NAMES)
        try:
            raw, at = base64.b64decode(nonce, validate=True), datetime.fromisoformat(created).timestamp()
        except (binascii.Error, ValueError):
            return False
        digest = hashlib.sha1(raw + created.encode() + password.encode()).digest()  # noqa: S324  # the profile prescribes SHA-1
        now = datetime.now(UTC).timestamp()
        right = hmac.compare_digest(given.encode(), base64.b64encode(digest)) and abs(at - now) <= _CLOCK_SECONDS
        return right and self._is_new(nonce, now)

    def _is_new(self, nonce: str, now: float) -> bool:
        """Tell whether a nonce is new, among those whose tokens would still be taken."""
        while self._nonces and (oldest := next(iter(self._nonces))) and now - self._nonces[oldest] > 2 * _CLOCK_SECONDS:
            del self._nonces[oldest]
        return self._nonces.setdefault(nonce, now) == now


def _message(body: bytes) -> etree._Element | None:
    """Give the one element in the body of a SOAP 1.1 envelope without a DTD, or None."""
    if b"<!DOCTYPE" in body:
        return None
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True))
    except etree.XMLSyntaxError:
        return None
    if root.tag != f"{{{_SOAP}}}Envelope":
        return None
    messages = root.findall("soap:Body/*", namespaces=_NAMES)
    return messages[0] if len(messages) == 1 else None


def _memory(message: etree._Element) -> dict[str, Any]:
    """Give what later answers about the case need, and nothing about people."""
    memory: dict[str, Any] = {}
    if planned := message.findtext("sb:BIC001", namespaces=_NAMES):
        memory["planned_on"] = planned
    if rows := message.findall("sb:DATASET/sb:ROW", namespaces=_NAMES):
        memory["employees"] = len(rows)
    return memory


def _case(effect: Effect) -> etree._Element:
    """Write the case as it stands now, in the order of the contract."""
    decision = effect.decision
    outcome = decision.outcome if decision else None
    case = _element("case")
    case.append(_element("BAZ001", effect.key))
    case.append(_element("BAZ002", effect.reference))
    case.append(_element("BAZ003", _STATES[outcome]))
    code = (decision.code if decision else None) or _CODES.get(outcome or "")
    if code:
        case.append(_element("BAZ004", code))
    reason = (decision.reason if decision else None) or _TEXTS[outcome]
    case.append(_element("AAE013", reason))
    if decision and outcome == "returned":
        for field in decision.fields or _all_send(effect.operation):
            problem = _element("BAZ010")
            problem.append(_element("BAZ011", field))
            problem.append(_element("AAE013", reason))
            case.append(problem)
    if outcome == "approved":
        case.extend(_element(name, text) for name, text in _result(effect))
    return case


def _all_send(operation: str) -> tuple[str, ...]:
    """Name a field that is always sent, for complaints that name no other."""
    return ("AAB004",) if operation == "enroll_employees" else ("AAC147",)


def _result(effect: Effect) -> list[tuple[str, str]]:
    number = effect.reference.removeprefix("SB")
    today = effect.at.astimezone(CHINA).date().isoformat()
    match effect.operation:
        case "update_family":
            return [("BAC001", f"500152{number[-8:]}"), ("AAE030", today)]
        case "retire":
            return [("BAC001", f"500152{number[-8:]}"), ("AIC162", effect.memory["planned_on"])]
        case _:
            return [("BAB010", f"CB{number}"), ("BAB011", str(effect.memory["employees"]))]


def _element(name: str, text: str | None = None) -> etree._Element:
    element = etree.Element(f"{{{_NS}}}{name}")
    element.text = text
    return element


def _reply(operation: str, *content: etree._Element) -> web.Response:
    response = _element(f"{operation}Response")
    response.extend(content)
    return _envelope(response, status=200)


def _fault(code: str, text: str) -> web.Response:
    fault = etree.Element(f"{{{_SOAP}}}Fault", nsmap={"soap": _SOAP, "wsse": _WSSE})
    etree.SubElement(fault, "faultcode").text = code
    etree.SubElement(fault, "faultstring").text = text
    return _envelope(fault, status=500)


def _envelope(content: etree._Element, *, status: int) -> web.Response:
    envelope = etree.Element(f"{{{_SOAP}}}Envelope", nsmap={"soap": _SOAP})
    etree.SubElement(envelope, f"{{{_SOAP}}}Body").append(content)
    body = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
    return web.Response(status=status, body=body, content_type="text/xml", charset="utf-8")
