"""Warnings about certificates: none while all is well, and in both languages when one ends or was not taken."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

from gateway.departments.certificates import said_of
from gateway.model.service import Text
from gateway.sdk.http.tls import ClientTls

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def test_only_what_ends_within_a_month_or_has_ended_is_said() -> None:
    until = {"certificate": NOW + timedelta(days=31), "ca": NOW + timedelta(days=29)}
    tls = ClientTls(ssl.create_default_context(), until=until)
    [warning] = said_of(tls, NOW)
    assert "CA 证书将于 2026-12-30 到期（还有 29 天）" in warning.zh
    assert "the department's CA ends on 2026-12-30 (days left: 29)" in warning.en
    said = said_of(tls, NOW + timedelta(days=40))
    assert ["已于" in one.zh for one in said] == [True, True]
    tls.until, tls.problem = {}, "x: y"
    assert said_of(tls, NOW) == [Text(zh="新放入的证书不可用，仍用原来的：x: y", en="renewed certificates are not taken: x: y")]
