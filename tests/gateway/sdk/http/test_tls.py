"""What an error says of a certificate that a server did not take."""

from __future__ import annotations

import ssl

import pytest

from gateway.sdk.http.tls import ClientTls, refused_certificate


def failed(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "demands a client certificate"),
        ("TLSV1_ALERT_UNKNOWN_CA", "CA of our certificate"),
        ("SSLV3_ALERT_CERTIFICATE_EXPIRED", "has expired"),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", None),
        ("TLSV1_ALERT_INTERNAL_ERROR", None),
        ("CERTIFICATE_VERIFY_FAILED", None),
    ],
)
def test_only_an_alert_about_our_certificate_is_one(reason: str, says: str | None) -> None:
    outer = ConnectionError("lost")
    outer.__cause__ = failed(reason)
    said = refused_certificate(outer)
    assert said is None if says is None else says in (said or "")


def test_a_guess_is_made_only_when_it_is_asked_for() -> None:
    assert "demand a client certificate" in (refused_certificate(failed("SSLV3_ALERT_HANDSHAKE_FAILURE"), guess=True) or "")


def test_two_are_equal_when_they_are_made_from_the_same() -> None:
    context = ssl.create_default_context()
    assert ClientTls(context, made_from="a") == ClientTls(ssl.create_default_context(), made_from="a")
    assert ClientTls(context, made_from="a") != ClientTls(context, made_from="b")
