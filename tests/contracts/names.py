"""Names that contracts have and languages stumble over."""

from __future__ import annotations

import builtins
import keyword
from random import Random
from typing import Final

from pydantic import BaseModel

from gateway.scaffold.contract.names import IMPORTED

#: Names with another meaning in Python, in pydantic, or in the generated modules.
MEANT: Final = sorted(
    {*dir(builtins), *keyword.kwlist, *keyword.softkwlist, *dir(BaseModel), *IMPORTED, "self", "cls", "dt", "key", "call"}
)
#: Names of a project's own parts in its modules.
OWN: Final = (
    *(
        "request",
        "reply",
        "body",
        "headers",
        "params",
        "do",
        "rest",
        "soap",
        "contract",
        "here",
        "probe",
        "submit",
        "query",
        "open",
        "close",
    ),
    *("reply_reply", "requests", "replies", "outputs", "adapter", "sandbox", "path", "operation", "connection", "department", "Approved"),
)
PLAIN: Final = (
    "id",
    "ID",
    "Id",
    "name",
    "number",
    "caseNumber",
    "VATnumber",
    "userIDs",
    "a",
    "A",
    "a_1",
    "a1",
    "status",
    "code",
    "date",
    "type",
)
#: Characters that are allowed in a JSON name but not in a Python name.
ODD: Final = (
    *("", " ", "a b", "a-b", "a.b", "a/b", "a~b", "~1", "%7Bx%7D", "{x}", "$ref", "$id", "@type", "#", "3rd", "007", "_", "__", "_x"),
    *("Page«User»", "List<Item>", "Map[String,Int]", "面积", "面积2", "申请人姓名", "Größe", "naïve", "ﬁn", "🙂", "x" * 300),
    *(
        '"quoted"',
        "it's",
        "back\\slash",
        "\\",
        "new\nline",
        "tab\t",
        "\u202eright",
        "\u2028",
        "\ufeff",
        "\x7f",
        "nul\x00",
        '"""',
        "{{reference}}",
    ),
)
#: Names that XML takes (an NCName), beyond those that Python takes too.
XML_ODD: Final = (
    "a-b",
    "a.b",
    "_x",
    "_",
    "面积",
    "面积2",
    "申请人姓名",
    "Größe",
    "naïve",
    "x" * 200,
    "a_b",
    "aB",
    "AB",
    "Ab",
    "x-1",
    "_value_1",
)


def json_name(random: Random) -> str:
    """Draw a name as JSON may have it."""
    return random.choice(random.choice((PLAIN, PLAIN, MEANT, OWN, ODD)))


def xml_name(random: Random) -> str:
    """Draw a name as XML may have it."""
    return random.choice(random.choice((PLAIN, PLAIN, MEANT, OWN, XML_ODD)))


def distinct(random: Random, name: object, count: int) -> list[str]:
    """Draw so many different names, or a few fewer."""
    made = name if callable(name) else json_name
    return list(dict.fromkeys(made(random) for _ in range(count)))
