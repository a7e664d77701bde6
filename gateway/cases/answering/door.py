"""A proof beside the link, by which a party answers on a phone: the last six characters of the document's number as it was handed in.

A link alone shows progress, so whoever finds a receipt can do no more. The number is in the form alone. A wrong try is counted in the
journal before it is told, so that neither a restart nor another node begins anew: after five the receipt opens nothing for an hour, after
fifteen it never does again. That is fifteen tries at a million, or at five hundred for whoever knows the person's day of birth, sex and
district. A right one opens a session of its own, which knows one receipt and nothing else.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from gateway.cases.answering import texts
from gateway.cases.intake import unavailable_journal
from gateway.catalogue.parties.named import roles_of, said_of
from gateway.catalogue.share import context
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.queues import parties
from gateway.journal.queues.parties import WrongTries
from gateway.journal.writer.draft import Change, Needs
from gateway.model.errors import JournalUnavailable, Located
from gateway.model.keyed import keyed
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from gateway.journal.keys.hmac_keys import HmacKeys
    from gateway.journal.writer.draft import Draft, Write
    from gateway.model import JsonView
    from gateway.model.case import Party
    from gateway.model.service import Service, Text

log = structlog.get_logger()

LENGTH: Final = 6
#: Wrong tries until a receipt opens nothing for a while, how long that is (microseconds), and those after which it never does again.
MOST: Final = 5
PAUSE: Final = 3600 * 1_000_000
EVER: Final = 15
#: Microseconds that a session lasts.
LASTS: Final = 20 * 60 * 1_000_000
_MINUTE: Final = 60 * 1_000_000
_DOMAIN: Final = b"onestop-gateway answer"
_BETWEEN: Final = re.compile(r"[\s\-]+")
_SIX: Final = re.compile(r"[0-9A-Z]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Opens the answering of a case to one of its parties."""

    write: Write
    keys: HmacKeys = field(repr=False)
    clock: Callable[[], int]

    async def open(self, party: Party, secret: str, typed: str, *, definition: Service, form: JsonView) -> str:
        """Give a token for the party whose link has this ``secret``, and whose document's number ends as somebody typed.

        Raises Refused: 422 for what is wrong, 429 after too many of them, 403 after far too many or where there is no such number.
        """
        given = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).upper()
        ends = last_of(party, definition, form)
        if ends is None:
            raise Refused("forbidden", 403, texts.NO_NUMBER)
        if _SIX.fullmatch(given) is None:
            raise _wrong(texts.SIX_CHARACTERS)
        try:
            left = await self.write(_Try(party=party, right=hmac.compare_digest(given.encode(), ends.encode())))
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error
        if left is None:
            until = self.clock() + LASTS
            return f"{until}.{_mac(self.keys.first, party, secret, until)}"
        if not left:
            log.warning("answer_locked", application=party.application_id, party=party.id)
        raise _wrong(texts.wrong_left(left) if left else texts.LAST_WRONG)

    def is_open(self, party: Party, secret: str, token: str) -> bool:
        """Tell whether a token was given to the holder of that link, and has not ended."""
        until, _, mac = token.partition(".")
        if not (until.isascii() and until.isdecimal() and mac.isascii()) or len(until) > len(str(self.clock())):
            return False
        good = any(hmac.compare_digest(mac, _mac(key, party, secret, int(until))) for key in self.keys.all)
        return good and self.clock() < int(until)


def last_of(party: Party, definition: Service, form: JsonView) -> str | None:
    """Give the last six characters of the number by which a party is known, none where the form has no number as long as that."""
    ctx = context(form.get("applicant") or {}, form.get("data") or {}, {})
    said = [said_of(role, ctx) for role in roles_of(definition) if role.role in party.roles]
    number = next((one.identity.partition("|")[2].upper() for one in said if one is not None and one.identity is not None), "")
    return number[-LENGTH:] if len(number) >= LENGTH else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try(Change[int | None]):
    """A change that counts a try, and gives None for one that is right, else how many are left. Raises Refused where none was."""

    party: Party
    right: bool

    @property
    def needs(self) -> Needs:
        return Needs(cases=(self.party.application_id,))

    def decide(self, draft: Draft) -> int | None:
        before = parties.wrong_tries(draft.connection, self.party)
        if before.wrong >= EVER:
            raise Refused("forbidden", 403, texts.CLOSED)
        over = before.last_at + PAUSE
        if before.wrong and before.wrong % MOST == 0 and draft.now < over:
            raise Refused("overloaded", 429, texts.wait(-(-(over - draft.now) // _MINUTE)), retry_after=-(-(over - draft.now) // 1_000_000))
        if self.right:
            if before.wrong:
                parties.keep_tries(draft.connection, self.party, WrongTries())
            return None
        wrong = before.wrong + 1
        parties.keep_tries(draft.connection, self.party, WrongTries(wrong=wrong, last_at=draft.now))
        if wrong % MOST:
            return MOST - wrong % MOST
        details = {"application": self.party.application_id, "party": self.party.id}
        draft.audit(Entry(event="answer_locked", actor="gateway", details=details))
        return 0


def _wrong(said: Text) -> Refused:
    return Refused("validation", 422, said, errors=[Located("/six", said.en)])


def _mac(key: bytes, party: Party, secret: str, until: int) -> str:
    return keyed(key, f"{party.id}\0{secret}\0{until}".encode(), _DOMAIN)[:16].hex()
