"""The base of every SOAP adapter, written by hand or generated."""

from __future__ import annotations

from gateway.sdk.department import Department
from gateway.sdk.soap.client import SoapClient


class SoapDepartment(Department):
    """Base of an adapter that speaks SOAP: its ``__init__`` sets ``soap``, which is opened and closed with it."""

    soap: SoapClient

    async def open(self) -> None:
        """Read the contract and make the session."""
        await self.soap.open()

    async def close(self) -> None:
        """Close the session."""
        await self.soap.close()
