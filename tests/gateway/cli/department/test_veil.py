"""What may be seen of a value and of a name: by an allow-list, never by what somebody thought to forbid."""

from __future__ import annotations

import pytest

from gateway.cli.department.veil import Veil, leaves

REQUEST = {"name": "张伟", "id_number": "500152199001010018", "kind": "20", "employees": [{"name": "李娜", "mobile": "13800000000"}]}
VEIL = Veil(dict(leaves(REQUEST)), ["s3cret"], ["BAZ003"])


@pytest.mark.parametrize(
    ("value", "name", "seen"),
    [
        ("张伟", "xm", "‹name›"),
        ("500152199001010018", "code", "‹id_number›"),
        ("李娜", "xm", "‹employees.0.name›"),
        ("20", "status", "‹kind›"),  # a value of the request, whatever it stands under
        ("s3cret", "code", "‹secret›"),
        ("Bearer s3cret", "status", "‹secret›"),
        ("00", "code", "00"),
        ("R001", "resultCode", "R001"),
        ("APPROVED", "STATE", "APPROVED"),
        ("soap:Server", "faultcode", "soap:Server"),
        ("registration.decided", "type", "registration.decided"),
        (7, "status", "7"),
        (True, "success", "true"),
        ("1", "BAZ003", "1"),
        ("1", "BAZ004", "‹digits 1›"),
        ("zhangwei", "xm", "‹text 8›"),
        ("王五", "code", "‹text 2›"),
        ("999999199001010016", "code", "‹digits 18›"),
        ("13900000000", "status", "‹digits 11›"),
        ("x500152199001010018", "status", "‹text 19›"),
        ("2026-11-20", "day", "‹date›"),
        (True, "married", "‹boolean›"),
        (41.5, "area", "‹number›"),
        ("", "message", ""),
    ],
)
def test_a_value(value: object, name: str, seen: str) -> None:
    assert VEIL.value(value, name) == seen


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("idNumber", "idNumber"),
        ("AAC003", "AAC003"),
        ("@type", "@type"),
        ("张伟", "‹name 4›"),
        ("王五", "‹name 4›"),
        ("id500152199001010018", "‹name 4›"),
        ("s3cret", "‹name 4›"),
        ("two words", "‹name 4›"),
        ("", "‹name 4›"),
    ],
)
def test_a_name(name: str, seen: str) -> None:
    assert VEIL.name(name, 4) == seen


def test_a_sentence_for_operators() -> None:
    said = VEIL.sentence("http_400: 张伟 (500152199001010018) with s3cret, and 999999199001010016")
    assert said == "http_400: ‹name› (‹id_number›) with ‹secret›, and ***"
