"""Envelopes: those around requests, with the header for a WS-Security token, and faults in those of replies.

zeep renders a request's envelope once, and each call fills it in. A fault is found in whatever form a server sends it, and turned into one
of the five errors: SOAP 1.1 §4.4, SOAP 1.2 part 1 §5.4, WS-Security 1.1 §12. Servers mix them: 1.2 faults in a 1.1 envelope (node-soap),
children in the default namespace, texts with stack traces in them (Axis). So children are matched by local name, and no error holds the
text, which the router keeps with the case's contents. PHP puts an operation's only declared fault, empty, into the detail of every fault,
even after a crash, so that an empty element says nothing.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree
from pydantic import SecretStr
from zeep.wsse.username import UsernameToken as ZeepUsernameToken
from zeep.wsse.utils import get_timestamp

from gateway.model.errors import AuthFailed, DepartmentError, InDoubt, Invalid
from gateway.sdk.soap.plans.content import NotCoveredError

_DECLARATION = "<?xml version='1.0' encoding='utf-8'?>\n"
_EMPTY_BODY = "<soap-env:Body/>"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsernameToken:
    """A token of the WS-Security UsernameToken Profile 1.1.

    ``digest`` sends Base64(SHA-1(nonce + created + password)) instead of the password.
    """

    username: SecretStr
    password: SecretStr
    digest: bool = False


def username_token(security: UsernameToken) -> ZeepUsernameToken:
    """Make the token for zeep to apply, with a new nonce and time at each call."""
    # ``Z`` and not ``+00:00``, because WSS4J and .NET are sure to take it.
    return ZeepUsernameToken(  # type: ignore[no-untyped-call]  # zeep does not annotate it
        security.username.get_secret_value(), security.password.get_secret_value(), use_digest=security.digest, zulu_timestamp=True
    )


class Envelope:
    """The envelope around the body of each request to one port. ``namespace`` is that of its SOAP version."""

    def __init__(self, namespace: str, security: UsernameToken | None) -> None:
        self._password = security.password.get_secret_value().encode() if security and security.digest else None
        #: The head, cut where digest, nonce and time of a call go. Empty when zeep cannot render it, and will say so at each call.
        self._pieces: list[str] = []
        with suppress(ValueError):  # a name or password with a character that XML lacks
            if security is None or not security.digest:
                self._pieces = [_around_body(namespace, username_token(security) if security else None)]
            else:
                self._pieces = _digest_pieces(namespace, security)

    def around(self, message: str) -> bytes:
        """Give the request's bytes, with this element in its Body. Raises ``NotCoveredError`` when the token cannot be rendered."""
        if not self._pieces:
            raise NotCoveredError
        head = self._pieces[0] if self._password is None else self._with_digest(self._password)
        return f"{_DECLARATION}{head}<soap-env:Body>{message}</soap-env:Body></soap-env:Envelope>".encode()

    def _with_digest(self, password: bytes) -> str:
        nonce, created = os.urandom(16), str(get_timestamp(None, zulu_timestamp=True))  # type: ignore[no-untyped-call]  # zeep does not annotate it
        digest = hashlib.sha1(nonce + created.encode() + password).digest()  # noqa: S324  # the profile asks for SHA-1
        before, to_nonce, to_created, after = self._pieces
        return f"{before}{_base64(digest)}{to_nonce}{_base64(nonce)}{to_created}{created}{after}"


def _digest_pieces(namespace: str, security: UsernameToken) -> list[str]:
    """Give the head as zeep renders it, cut where digest, nonce and time of the call go."""
    digest, nonce, created = secrets.token_hex(), secrets.token_hex(), datetime(2000, 1, 1, tzinfo=UTC)
    token = ZeepUsernameToken(  # type: ignore[no-untyped-call]  # zeep does not annotate it
        security.username.get_secret_value(), password_digest=digest, use_digest=True, nonce=nonce, created=created, zulu_timestamp=True
    )
    before, _, rest = _around_body(namespace, token).partition(digest)
    to_nonce, _, rest = rest.partition(_base64(nonce.encode()))
    to_created, _, after = rest.partition(str(get_timestamp(created, zulu_timestamp=True)))  # type: ignore[no-untyped-call]  # as above
    return [before, to_nonce, to_created, after]


def _around_body(namespace: str, token: ZeepUsernameToken | None) -> str:
    """Make an envelope up to its Body, as zeep makes it (``SoapMessage.serialize``)."""
    envelope = etree.Element(f"{{{namespace}}}Envelope", nsmap={"soap-env": namespace})
    etree.SubElement(envelope, f"{{{namespace}}}Body")
    if token is not None:
        token.apply(envelope, {})  # type: ignore[no-untyped-call]  # zeep does not annotate it
    return etree.tostring(envelope, encoding="unicode").partition(_EMPTY_BODY)[0]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"

#: WS-Security 1.1 §12: raised before the body is looked at. ``Authentication`` is SOAP 1.1's own example.
_SECURITY = frozenset(
    {
        "UnsupportedSecurityToken",
        "UnsupportedAlgorithm",
        "InvalidSecurity",
        "InvalidSecurityToken",
        "FailedAuthentication",
        "FailedCheck",
        "SecurityTokenUnavailable",
        "MessageExpired",
        "Authentication",
    }
)
#: Codes that blame the request, which was not processed.
_OURS = frozenset({"Client", "Sender", "VersionMismatch", "MustUnderstand", "DataEncodingUnknown"})


class RefusalFault(Exception):  # no error: the department's answer, in the form of a fault
    """The department's refusal, made by a fault that its contract declares for that.

    ``name`` is the detail's element, ``text`` the fault's, ``values`` the texts within the element by their names (a code, a reason). The
    texts are the department's and may be about a person, so they are in no message.
    """

    def __init__(self, name: str, text: str, values: Mapping[str, str] | None = None) -> None:
        super().__init__(name)
        self.name, self.text, self.values = name, text, dict(values or {})


@dataclass(frozen=True, slots=True)
class FaultDetail:
    """An element of a fault's detail: its name, the texts within it by the names of theirs, and ``empty`` if it says nothing at all."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    empty: bool = False


@dataclass(frozen=True, slots=True)
class SoapFault:
    """A fault as sent: its codes from the outermost in, without prefixes (``("Server", "userException")``), its text, and the elements in
    its detail.
    """

    codes: tuple[str, ...]
    text: str
    details: tuple[FaultDetail, ...] = ()

    def as_refusal(self, names: Collection[str], *, bare: Collection[str] = ()) -> RefusalFault | None:
        """Give the refusal in the fault when its detail holds one of these elements and our credentials were taken, else None.

        An empty element counts only when its name is among the ``bare``, those that may be empty by contract.
        """
        if not _SECURITY.isdisjoint(self.codes):
            return None
        named = next((one for one in self.details if one.name in names and (not one.empty or one.name in bare)), None)
        return None if named is None else RefusalFault(named.name, self.text, named.values)

    def as_error(self) -> DepartmentError:
        """Give the one of the five errors that it means. A fault that does not prove that nothing was done is a doubt."""
        detail = (".".join(self.codes) or "no code")[:160]
        if not _SECURITY.isdisjoint(self.codes):
            return AuthFailed("soap_security_fault", detail)
        if self.codes and self.codes[0] in _OURS:
            return Invalid("soap_fault", detail)
        return InDoubt("soap_fault", detail)


def find_fault(root: etree._Element) -> SoapFault | None:
    """Give the fault in an envelope's body, or None when there is none (or no envelope)."""
    if not is_envelope(root):
        return None
    for body in root:
        if local_name(body) != "Body":
            continue
        for child in body:
            if local_name(child) == "Fault":
                return _read(child)
    return None


def is_envelope(root: etree._Element) -> bool:
    """Tell whether it is a SOAP envelope, of either version."""
    return root.tag in (f"{{{SOAP_11}}}Envelope", f"{{{SOAP_12}}}Envelope")


def _read(fault: etree._Element) -> SoapFault:
    codes: list[str] = []
    details: list[FaultDetail] = []
    text = ""
    for child in fault:
        match local_name(child):
            case "faultcode":
                codes += _parts(child.text)
            case "Code":
                codes += [part for value in child.iter() if local_name(value) == "Value" for part in _parts(value.text)]
            case "faultstring":
                text = child.text or ""
            case "Reason":
                text = next((t.text or "" for t in child if local_name(t) == "Text"), "")
            case "detail" | "Detail":
                details += [_detail(one) for one in child.iterchildren("*")]
            case _:  # actor and role: not to be trusted, not needed
                pass
    return SoapFault(tuple(codes[:8]), text, tuple(details[:8]))


def _detail(element: etree._Element) -> FaultDetail:
    said = {local_name(one): (one.text or "").strip() for one in element.iterdescendants("*") if not len(one)}
    own = [name for name in element.attrib if not str(name).startswith("{")]  # xsi:nil and the like say nothing either
    empty = not len(element) and not (element.text or "").strip() and not own
    return FaultDetail(local_name(element), said, empty)


def _parts(code: str | None) -> list[str]:
    """Split ``soap:Server.userException`` into ``["Server", "userException"]``, without parts that could be more than a code."""
    parts = (code or "").strip().rsplit(":", 1)[-1].split(".")
    return [part for part in parts if part.isascii() and part.isalpha() and len(part) <= 40]


def local_name(element: etree._Element) -> str:
    """Give an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]
