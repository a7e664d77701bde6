"""The code that brings a draft back: kept nowhere, as a receipt's, but made by the installation's key when it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gateway.cases.drafts import texts
from gateway.cases.receipts.query_code import CODES, code_of, number_of, remainder_of, typed_code
from gateway.journal.keys.said_by_nodes import REVISION, lacking
from gateway.model.keyed import keyed
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from gateway.journal.keys.hmac_keys import HmacKeys
    from gateway.journal.queues.drafts import DraftRow
    from gateway.journal.writer.draft import Draft

#: The domain that sets these codes apart from all else that the installation's key makes (HKDF-Extract, RFC 5869: the salt).
_DOMAIN: Final = b"onestop-gateway draft"
#: The first revision of the tables that has drafts.
_FIRST: Final = "0021"
#: The remainder of a draft's code, where a query code has none (:mod:`gateway.cases.receipts.query_code`).
_REMAINDER: Final = 1


@dataclass(slots=True)
class DraftCodes:
    """Makes the codes of drafts, and finds whose they are. ``begun`` once it is known that every node knows drafts."""

    keys: HmacKeys = field(repr=False)
    begun: bool = False

    def older(self, draft: Draft) -> tuple[str, ...]:
        """Give the nodes that may still write and know no drafts: they would take their rows for rows that nobody wrote.

        Once none is left none can start any more, since the tables are newer than it.
        """
        alone = self.begun or draft.connection.dialect.name == "sqlite"
        older = () if alone else lacking(draft.connection, REVISION, lambda said: said >= _FIRST)
        self.begun = not older
        return older

    def mac_of_new(self, draft: Draft, draft_id: str) -> int:
        """Give the digest of the code of a draft that begins now.

        One that another has fails at the index, and the change is decided anew, which is later: so its code is another.
        """
        self.keys.settle(draft)
        return _mac(self.keys.first, _drawn(self.keys.first, draft_id, draft.now))

    def of(self, row: DraftRow) -> str | None:
        """Give a draft's code, by the key under which it began. None where that key is gone."""
        for key in self.keys.all:
            if _mac(key, number := _drawn(key, row.id, row.began_at)) == row.code_mac:
                return code_of(number, _REMAINDER)
        return None

    def macs(self, text: str) -> tuple[int, ...]:
        """Give what finds the draft of a code that somebody typed, whichever key made it. Raises Refused (422) for what is none."""
        code = typed_code(text)
        if code is None or (remainder := remainder_of(code)) not in (0, _REMAINDER):
            raise Refused("validation", 422, texts.NO_CODE)
        if remainder != _REMAINDER:
            raise Refused("validation", 422, texts.QUERY_CODE)
        return tuple(_mac(key, number_of(code)) for key in self.keys.all)


def _drawn(key: bytes, draft_id: str, began_at: int) -> int:
    drawn = keyed(key, f"draft\0{draft_id}\0{began_at}".encode(), _DOMAIN)
    return int.from_bytes(drawn[:8]) % CODES


def _mac(key: bytes, number: int) -> int:
    mac = keyed(key, b"code\0" + number.to_bytes(6), _DOMAIN)
    return int.from_bytes(mac[:8], signed=True)
