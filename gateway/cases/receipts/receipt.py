"""The code and the link of a party, which are kept nowhere: the installation's key makes them of the party's row when they are shown.

The row has ``receipt_at``, the time that another receipt changes, and ``code_mac``, by which a code is found. Whoever reads the database
learns neither code nor link, and whoever writes to it can make none. A key that was rotated away still makes those of the rows that were
written while it was in use, as with every blind index.
"""

from __future__ import annotations

import base64
import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gateway.cases.receipts.query_code import CODES, code_of, number_of
from gateway.journal.keys.said_by_nodes import REVISION, lacking
from gateway.model.keyed import keyed

if TYPE_CHECKING:
    from gateway.journal.keys.hmac_keys import HmacKeys
    from gateway.journal.writer.draft import Draft
    from gateway.model.case import Party

#: The domain that sets receipts apart from all else that the installation's key makes (HKDF-Extract, RFC 5869: the salt).
_DOMAIN: Final = b"onestop-gateway receipt"
#: The first revision of the tables that has a place for them.
_FIRST: Final = "0017"
_LINK: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The code and the link that a party is given to follow the case by."""

    party: Party
    query_code: str = field(repr=False)
    secret: str = field(repr=False)  # of the link: the application's id, and 128 bits that only the installation's key makes

    @property
    def link(self) -> str:
        """The address, on the centre's own site."""
        return f"/t/{self.secret}"


@dataclass(slots=True)
class Receipts:
    """Makes receipts, and finds whose they are. ``begun`` once it is known that every node has a place for them."""

    keys: HmacKeys = field(repr=False)
    begun: bool = False

    def begin(self, draft: Draft) -> bool:
        """Tell whether rows may have codes: an older node would leave them out of what the audit holds of a row.

        Once none is left none can start any more, since the tables are newer than it.
        """
        if not self.begun:
            alone = draft.connection.dialect.name == "sqlite"
            self.begun = alone or not lacking(draft.connection, REVISION, lambda said: said >= _FIRST)
        return self.begun

    def given(self, draft: Draft, party: Party) -> Party:
        """Give the row with a code and a link that it had never before, or as it was while codes have not begun.

        A code that another row has fails at the index, and the change is decided anew, which is later: so its code is another.
        """
        if not self.begin(draft):
            return party
        self.keys.settle(draft)
        key, at = self.keys.first, max(draft.now, (party.receipt_at or 0) + 1)
        return party.with_values({"receipt_at": at, "code_mac": _code_mac(key, _number(_drawn(key, party, at)))})

    def of(self, party: Party) -> Receipt | None:
        """Give the receipt of a row, by the key under which it was given. None where it has none."""
        if party.code_mac is None:
            return None
        for key in self.keys.all:
            drawn = _drawn(key, party, party.receipt_at)
            if _code_mac(key, number := _number(drawn)) == party.code_mac:
                secret = base64.urlsafe_b64encode(bytes.fromhex(party.application_id.replace("-", "")) + drawn[16:])
                return Receipt(party=party, query_code=code_of(number), secret=secret.rstrip(b"=").decode())
        return None

    def code_macs(self, query_code: str) -> tuple[int, ...]:
        """Give what finds the row of a code, whichever key made it."""
        return tuple(_code_mac(key, number_of(query_code)) for key in self.keys.all)


def application_of_link(secret: str) -> str | None:
    """Give the id of the application that a link says it is of, or None for what can be no link."""
    if _LINK.fullmatch(secret) is None:
        return None
    return str(uuid.UUID(bytes=base64.urlsafe_b64decode(f"{secret}=")[:16]))


def _drawn(key: bytes, party: Party, at: int | None) -> bytes:
    """Draw what a receipt is made of: eight bytes for the code, the last sixteen for the link."""
    return keyed(key, f"party\0{party.application_id}\0{party.id}\0{at}".encode(), _DOMAIN)


def _number(drawn: bytes) -> int:
    return int.from_bytes(drawn[:8]) % CODES


def _code_mac(key: bytes, number: int) -> int:
    """Give the keyed digest of a code, of which 64 bits are kept: a code has 45."""
    return int.from_bytes(keyed(key, b"code\0" + number.to_bytes(6), _DOMAIN)[:8], signed=True)
