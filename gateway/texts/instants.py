"""Times as texts (RFC 3339) with an offset, as bodies and queries give them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

#: RFC 3339, section 5.6, with an offset. Second 60 is a leap second.
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:)([0-9]{2})(?:\.([0-9]+))?(?:[Zz]|([+-])((?:[01][0-9]|2[0-3]):[0-5][0-9]))"
)
_EPOCH = datetime.fromtimestamp(0, UTC)


def microseconds(text: str) -> int | None:
    """Give a time (RFC 3339 with offset) in microseconds since the epoch, none when it is no such time."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        return None
    day, minutes, second, fraction, sign, offset = found.groups()
    last = second == "60" and minutes.endswith("59:")  # a leap second ends the second before it, since our clocks have none
    try:
        moment = datetime.fromisoformat(f"{day}T{minutes}{'59' if last else second}{sign or '+'}{offset or '00:00'}")
    except ValueError:
        return None
    return (moment - _EPOCH) // timedelta(microseconds=1) + (999_999 if last else int(f"{fraction or '0':0<6}"[:6]))
