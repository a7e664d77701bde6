"""The contracts that foreign departments serve: those of the zoo, the first of them in both versions of SOAP."""

from __future__ import annotations

from pathlib import Path

ZOO = Path(__file__).parents[1] / "gateway" / "scaffold" / "zoo"
_SOAP_11, _SOAP_12 = "http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/"


def lay_out(folder: Path) -> Path:
    """Write them into ``folder`` under the names that the servers know them by."""
    residence = (ZOO / "residence.wsdl").read_text("utf-8")
    soap_12 = residence.replace(_SOAP_11, _SOAP_12)
    (folder / "residence11.wsdl").write_text(residence, "utf-8")
    (folder / "residence12.wsdl").write_text(soap_12.replace("/residence11", "/residence12"), "utf-8")
    (folder / "residence12only.wsdl").write_text(soap_12.replace("/residence11", "/residence12only"), "utf-8")
    for name in ("rpc_literal.wsdl", "rpc_encoded.wsdl"):
        (folder / name).write_bytes((ZOO / name).read_bytes())
    return folder
