"""The calls that ``bench.soap`` makes: a request and a reply for each operation of the plugins' SOAP contracts."""

from __future__ import annotations

from typing import Any

_PERSON = {"AAC003": "测试甲", "AAC058": "111", "AAC147": "500152199001010018"}
_COMPANY = {"AAB004": "测试有限公司", "AAB998": "91500112MA5U000000"}
_CASE = "<t:BAZ001>0199b7c0-1</t:BAZ001><t:BAZ002>SB20261126-{}</t:BAZ002><t:BAZ003>2</t:BAZ003><t:BAC001>5001000001</t:BAC001>"
_DATED = "<t:AAE030>2026-11-26</t:AAE030>"
_COUPLE = "<name_man>测试甲</name_man><cert_num_man>500152199001010018</cert_num_man><name_woman>测试乙</name_woman>"
_ASKED = f'<?xml version="1.0" encoding="GBK"?><registerRequest><serial_no>k-1</serial_no>{_COUPLE}</registerRequest>'
_SAID = _ASKED.replace("register", "response").replace("<", "&lt;")
_ACCOUNT = {"userName": "window", "passWord": "secret", "appmark": "onestop", "xmlData": _ASKED}


def _case(number: int) -> str:
    return f"<t:case>{_CASE.format(number)}{_DATED}</t:case>"


#: Contract → operation → arguments, and the reply's body between the tags of the operation.
CALLS: dict[str, dict[str, tuple[dict[str, Any], str]]] = {
    "social_security": {
        "updateFamily": (
            {"BAZ001": "0199b7c0-1", **_PERSON, "AAC017": "20", "BAC101": "测试乙", "BAC102": "500152199001010026", "BAC103": "J500152-1"},
            _case(1),
        ),
        "retire": (
            {"BAZ001": "0199b7c0-1", **_PERSON, **_COMPANY, "BIC001": "2026-12-01", "AAE008": "测试银行", "AAE010": "6222000000000000"},
            _case(1),
        ),
        "enrollEmployees": ({"BAZ001": "0199b7c0-1", **_COMPANY, "DATASET": {"ROW": [_PERSON] * 5}}, _case(1)),
        "queryCases": ({"BAZ002": [f"SB20261126-{n}" for n in range(20)]}, "".join(map(_case, range(20)))),
        "withdrawCase": ({"BAZ002": "SB20261126-1"}, "<t:BAZ005>0</t:BAZ005>"),
    },
    "marriage": dict.fromkeys(("register", "findRegistration", "queryCouple", "querySingle"), (_ACCOUNT, f"<return>{_SAID}</return>")),
}
_NAMESPACES = {"social_security": "urn:onestop:social-security:1", "marriage": "urn:onestop:marriage:1"}


def reply(contract: str, operation: str) -> bytes:
    """Give the whole reply, as a department sends it."""
    inside = CALLS[contract][operation][1]
    root = f'<t:{operation}Response xmlns:t="{_NAMESPACES[contract]}">{inside}</t:{operation}Response>'
    envelope = f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{root}</e:Body></e:Envelope>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{envelope}'.encode()
