"""A contract's demand for a client certificate: by WS-SecurityPolicy in a WSDL, by ``mutualTLS`` in an OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from gateway.scaffold.contract.description import Gap

_WHAT = (
    "it demands a client certificate: `tls` in the department's yaml names the secrets with certificate and key, "
    "which the department issues or registers"
)


def in_wsdl(documents: Iterable[tuple[str, etree._Element]]) -> Gap | None:
    """Find the first demand, with its line (WS-SecurityPolicy 1.1 to 1.3, also as WCF writes it), or give None."""
    for file, root in documents:
        for element in root.iter(etree.Element):
            name = etree.QName(element)
            if "securitypolicy" in (name.namespace or "").lower() and _demands(name.localname, element):
                return demand(f"{file}:{element.sourceline}")
    return None


def _demands(name: str, element: etree._Element) -> bool:
    if name == "RequireClientCertificate":
        return not any(etree.QName(key).localname == "Optional" and value in ("true", "1") for key, value in element.items())
    return name == "HttpsToken" and element.get("RequireClientCertificate") in ("true", "1")


def demand(where: str) -> Gap:
    """Make the gap for a demand at that place."""
    return Gap(where=where, what=_WHAT)


def demanded(gaps: Iterable[Gap]) -> str:
    """Give the place of the demand among a contract's gaps, or an empty text where there is none."""
    return next((gap.where for gap in gaps if gap.what == _WHAT), "")
