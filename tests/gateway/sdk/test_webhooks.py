"""Our signatures against the reference implementation, and every way a message may not be authentic."""

from __future__ import annotations

import base64
import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook as Reference

from gateway.sdk import CallbackRefused
from gateway.sdk.webhooks import TOLERANCE, Webhook

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()
BODY = b'{"type":"registration.decided","data":{"reference":"BDC2026-1","decision":"approved"}}'
NOW = 1_790_000_000.0


def webhook(secret: str = SECRET) -> Webhook:
    """Make one with the secret as an installation gives it."""
    return Webhook(SecretStr(secret))


def refusal(headers: dict[str, str], body: bytes = BODY, *, now: float = NOW) -> str:
    """Give the code that verifying is refused with."""
    with pytest.raises(CallbackRefused) as refused:
        webhook().verify(headers, body, now=now)
    return refused.value.code


def test_the_example_of_the_standard() -> None:
    """The one test vector that implementations share."""
    signer = webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signer.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', at=1614265330)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(body=st.text(), message_id=st.from_regex(re.compile(r"[0-9A-Za-z_-]{1,60}"), fullmatch=True))
def test_the_reference_accepts_what_we_sign(body: str, message_id: str) -> None:
    """Any text, any id."""
    try:
        wire = body.encode()
    except UnicodeEncodeError:
        return
    Reference(SECRET).verify(wire, webhook().sign(message_id, wire), json_parse=False)


@given(body=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_we_accept_what_the_reference_signs(body: str) -> None:
    """Any text; the id comes back."""
    at = int(time.time())
    signature = Reference(SECRET).sign("msg_1", datetime.fromtimestamp(at, tz=UTC), body)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": signature}
    assert webhook().verify(headers, body.encode()) == "msg_1"


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("empty", [False, True])
def test_each_header_is_needed(name: str, empty: bool) -> None:  # noqa: FBT001  # pytest passes parameters by name
    """Missing or empty."""
    headers = webhook().sign("msg_1", BODY, at=NOW)
    if empty:
        headers[name] = ""
    else:
        del headers[name]
    assert refusal(headers) == "missing_headers"


@pytest.mark.parametrize("timestamp", ["now", "1.5", "-1", "٣", " 1790000000", "9" * 13, "1e9", "\udc80"])
def test_a_timestamp_is_whole_seconds(timestamp: str) -> None:
    """Nothing that int() or float() would take besides."""
    assert refusal(webhook().sign("msg_1", BODY, at=NOW) | {"webhook-timestamp": timestamp}) == "unreadable_headers"


@pytest.mark.parametrize("apart", [-TOLERANCE, 0, TOLERANCE])
def test_within_the_tolerance(apart: int) -> None:
    """Five minutes either way."""
    assert webhook().verify(webhook().sign("msg_1", BODY, at=NOW), BODY, now=NOW + apart) == "msg_1"


@pytest.mark.parametrize("apart", [-TOLERANCE - 1, TOLERANCE + 1, 86_400])
def test_outside_the_tolerance(apart: int) -> None:
    """A recorded message sent again is stale, one of the future too."""
    assert refusal(webhook().sign("msg_1", BODY, at=NOW), now=NOW + apart) == "stale_timestamp"


@pytest.mark.parametrize(
    "change",
    [{"webhook-id": "msg_2"}, {"webhook-timestamp": str(int(NOW) + 1)}, {"webhook-id": "msg_1é"}, {"webhook-id": "msg_1\udcff"}],
)
def test_the_headers_are_signed_too(change: dict[str, str]) -> None:
    """Neither the id nor the time can be changed; a header that is not ASCII is refused, not an error."""
    assert refusal(webhook().sign("msg_1", BODY, at=NOW) | change) == "wrong_signature"


@given(position=st.integers(0, len(BODY) - 1), flip=st.integers(1, 255))
def test_a_changed_body_is_refused(position: int, flip: int) -> None:
    """Any byte, any change."""
    changed = bytearray(BODY)
    changed[position] ^= flip
    assert refusal(webhook().sign("msg_1", BODY, at=NOW), bytes(changed)) == "wrong_signature"


def test_another_secret_is_refused() -> None:
    """What another department signed is not ours."""
    assert refusal(webhook(OTHER).sign("msg_1", BODY, at=NOW)) == "wrong_signature"


def test_one_of_several_signatures_is_enough() -> None:
    """While a secret is changed a sender signs with both; other schemes are passed over."""
    ours = webhook().sign("msg_1", BODY, at=NOW)
    theirs = webhook(OTHER).sign("msg_1", BODY, at=NOW)["webhook-signature"]
    both = ours | {"webhook-signature": f"v1a,AAAA {theirs} {ours['webhook-signature']}"}
    assert webhook().verify(both, BODY, now=NOW) == "msg_1"


@pytest.mark.parametrize(
    "form",
    ["{0}", "v1", "v1,", "v2,{0}", "V1,{0}", "v1,{0}x", "v1,é", "v1,\udcff", ", ,", " ", "v1;{0}", "v1,{0},v1,{0}"],
)
def test_a_signature_of_another_form_is_refused(form: str) -> None:
    """The right bytes in the wrong form, and rubbish: refused, never an exception of another kind."""
    right = webhook().sign("msg_1", BODY, at=NOW)
    given_signature = form.format(right["webhook-signature"].removeprefix("v1,"))
    assert refusal(right | {"webhook-signature": given_signature}) in {"wrong_signature", "missing_headers"}


def test_an_empty_hmac_of_nothing_never_matches() -> None:
    """An empty signature list does not count as all matching."""
    assert refusal(webhook().sign("msg_1", BODY, at=NOW) | {"webhook-signature": "v1a,AAAA"}) == "wrong_signature"


@pytest.mark.parametrize("message_id", ["", "a.b", "消息"])
def test_an_id_that_would_blur_is_not_signed(message_id: str) -> None:
    """The full stop separates what is signed."""
    with pytest.raises(ValueError, match="full stop"):
        webhook().sign(message_id, BODY)


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", SECRET.removeprefix("whsec_"), "whsec_AAAA", "whsec_!" + "A" * 40, "whsec_" + "A" * 33, "whsec_" + "A" * 88 + "é"],
)
def test_a_bad_secret_is_refused_without_being_shown(secret: str) -> None:
    """Too short, without its prefix, not base64."""
    with pytest.raises(ValueError, match="24 to 64 bytes") as refused:
        webhook(secret)
    assert refused.value.__cause__ is None
    encoded = secret.removeprefix("whsec_")
    assert not encoded or encoded not in str(refused.value)


def test_padding_may_be_left_off() -> None:
    """Some generators drop it."""
    assert webhook(SECRET.rstrip("=")).sign("m", BODY, at=NOW) == webhook().sign("m", BODY, at=NOW)
