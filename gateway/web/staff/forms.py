"""Forms as browsers send them, and the proof that a form was ours and of this session.

A form carries a text made of its session's token. The browser's own word on where it comes from (``Sec-Fetch-Site``, else ``Origin``) is
held against it before.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from gateway.api.http.bodies import FORM_BYTES, form_bytes
from gateway.texts.refusals import Refused
from gateway.texts.sentences import name
from gateway.web import texts

if TYPE_CHECKING:
    from aiohttp import web

    from gateway.api.http.route import Asked
    from gateway.model.service import Text

#: The hidden field that proves a form, and beginnings of names of fields that are shown to nobody again.
PROOF: Final = "form"
#: Stands for the proof in a part of a page that several sessions share. Nobody knows it beforehand: in a text of somebody's it would be
#: given the proof, too.
PROOF_PLACE: Final = f"place-{secrets.token_hex(16)}"
_SECRET: Final = ("password", "code", PROOF)
_FIELDS: Final = 200
#: Of an application's form: a list of 500 rows, ten fields each.
_OF_AN_APPLICATION: Final = 6_000

Fields = Mapping[str, str]


async def fields_of(asked: Asked, *, of_application: bool = False) -> Fields:
    """Read the fields of a form, many more with ``of_application``. Of several with one name the last counts.

    Raises Refused: 403 for one from another site, 400 for one that cannot be read, and what reading a body raises.
    """
    if is_foreign(asked.request):
        raise Refused("forbidden", 403, texts.FOREIGN_FORM)
    body = await form_bytes(asked, asked.parts.limits.body_bytes if of_application else FORM_BYTES)
    most = _OF_AN_APPLICATION if of_application else _FIELDS
    try:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=most, errors="strict"))
    except ValueError:
        raise Refused("malformed", 400, texts.FORM_UNREADABLE) from None  # the cause could carry what was typed
    if is_unkept(fields.values()):
        raise Refused("malformed", 400, texts.FORM_UNREADABLE)
    return fields


def is_unkept(values: Iterable[str]) -> bool:
    """Tell whether one of these texts holds what nobody types and no store keeps (PostgreSQL takes no NUL)."""
    return any("\0" in value for value in values)


def is_foreign(request: web.Request) -> bool:
    """Tell whether the browser says that a form is another site's. One that says nothing is held to the proof alone."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site != "same-origin"
    origin = request.headers.get("Origin", "null")  # which a page without a referrer has
    return origin != "null" and urlsplit(origin).netloc != request.host


def veiled(proof: str) -> str:
    """Give a proof (hex) as a page shows it, under a veil of its own each time: the length of a packed page tells what repeats in it."""
    if proof == PROOF_PLACE:
        return proof
    plain = bytes.fromhex(proof)
    veil = secrets.token_bytes(len(plain))
    return (veil + _under(veil, plain)).hex()


def is_proven(fields: Fields, proof: str) -> bool:
    """Tell whether a form carries this proof (hex)."""
    try:
        given, wanted = bytes.fromhex(fields.get(PROOF, "")), bytes.fromhex(proof)
    except ValueError:
        return False
    half = len(wanted)
    return len(given) == 2 * half and hmac.compare_digest(_under(given[:half], given[half:]), wanted)


def _under(veil: bytes, text: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(veil, text, strict=True))


def typed(fields: Fields) -> dict[str, str]:
    """Give what a person has typed and may see again: no password, no code, no proof."""
    return {name: value for name, value in fields.items() if value and not name.startswith(_SECRET)}


def wrong_in(refused: Refused, fields: Mapping[str, str]) -> dict[str, Text]:
    """Give what is wrong with each field, by the pointer under which a refusal names it.

    Raises the refusal where it is about something else, which no field could mend.
    """
    if not refused.errors or any(one.pointer not in fields for one in refused.errors):
        raise refused
    return {fields[one.pointer]: name(one.detail) for one in refused.errors}
