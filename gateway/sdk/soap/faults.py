"""SOAP faults, found in whatever form a server sends them, and turned into one of the five errors.

SOAP 1.1 §4.4, SOAP 1.2 part 1 §5.4, WS-Security 1.1 §12. Servers mix them: 1.2 faults in a 1.1 envelope (node-soap), children in the
default namespace, texts with stack traces in them (Axis). So children are matched by local name, and no error holds the text, which the
router keeps with the case's contents. PHP puts an operation's only declared fault, empty, into the detail of every fault, even after a
crash, so that an empty element says nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from lxml import etree

from gateway.model.errors import AuthFailed, DepartmentError, InDoubt, Invalid

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
        if _local(body) != "Body":
            continue
        for child in body:
            if _local(child) == "Fault":
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
        match _local(child):
            case "faultcode":
                codes += _parts(child.text)
            case "Code":
                codes += [part for value in child.iter() if _local(value) == "Value" for part in _parts(value.text)]
            case "faultstring":
                text = child.text or ""
            case "Reason":
                text = next((t.text or "" for t in child if _local(t) == "Text"), "")
            case "detail" | "Detail":
                details += [_detail(one) for one in child.iterchildren("*")]
            case _:  # actor and role: not to be trusted, not needed
                pass
    return SoapFault(tuple(codes[:8]), text, tuple(details[:8]))


def _detail(element: etree._Element) -> FaultDetail:
    said = {_local(one): (one.text or "").strip() for one in element.iterdescendants("*") if not len(one)}
    own = [name for name in element.attrib if not str(name).startswith("{")]  # xsi:nil and the like say nothing either
    empty = not len(element) and not (element.text or "").strip() and not own
    return FaultDetail(_local(element), said, empty)


def _parts(code: str | None) -> list[str]:
    """Split ``soap:Server.userException`` into ``["Server", "userException"]``, without parts that could be more than a code."""
    parts = (code or "").strip().rsplit(":", 1)[-1].split(".")
    return [part for part in parts if part.isascii() and part.isalpha() and len(part) <= 40]


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
