"""Random contracts in WSDL, with odd names, types that contain themselves, choices and missing parts."""

from __future__ import annotations

from random import Random
from typing import Final
from xml.sax.saxutils import quoteattr

from tests.contracts.names import xml_name

_XS: Final = "http://www.w3.org/2001/XMLSchema"
_TYPES: Final = (
    *(
        "string",
        "string",
        "int",
        "integer",
        "decimal",
        "boolean",
        "date",
        "dateTime",
        "time",
        "duration",
        "base64Binary",
        "hexBinary",
        "anyURI",
    ),
    *(
        "gYear",
        "gYearMonth",
        "gDay",
        "long",
        "unsignedByte",
        "positiveInteger",
        "double",
        "float",
        "token",
        "NMTOKEN",
        "language",
        "anyType",
    ),
)
_PATTERNS: Final = ("[0-9]{17}[0-9X]", "[A-Z]{2}-\\d+", "\\i\\c*", "[a-z-[aeiou]]{3}", "\\p{Lu}{2}", "a|b", "[^x]{2,3}", "\\d{4}")
_ADDRESSES: Final = (
    *("http://example.org/svc", "https://[server]/cases", "http://{host}:{port}/x", "REPLACE_WITH_ACTUAL_URL", "", "http://h/{tenant}/v1"),
    *("http://h/服务", "http://h/a%20b", "/relative", "http://h/x?y=1", "http://localhost:8080/My Service.asmx"),
)
_OCCURS: Final = (
    "",
    "",
    "",
    ' minOccurs="0"',
    ' maxOccurs="unbounded"',
    ' minOccurs="0" maxOccurs="unbounded"',
    ' minOccurs="2" maxOccurs="3"',
)


def contract(random: Random) -> str:
    """Write a random WSDL."""
    return _Document(random).made()


class _Document:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._types = list(dict.fromkeys(xml_name(random) for _ in range(random.randint(1, 5))))
        self._simple = list(dict.fromkeys(f"s{xml_name(random)}" for _ in range(random.randint(0, 2))))
        self._breaks = random.choice((0.0, 0.0, 0.0, 0.02))

    def _perhaps(self, chance: float) -> bool:
        return self._random.random() < chance

    def made(self) -> str:
        random = self._random
        names = list(dict.fromkeys(xml_name(random) for _ in range(random.randint(1, 3))))
        version = random.choice(("soap", "soap", "soap12"))
        soap = "http://schemas.xmlsoap.org/wsdl/soap/" if version == "soap" else "http://schemas.xmlsoap.org/wsdl/soap12/"
        elements = "".join(
            f"<xs:element name={quoteattr(f'{name}{end}')}>{self._complex()}</xs:element>" for name in names for end in ("", "Response")
        )
        qualified = random.choice(("qualified", "unqualified"))
        types = "".join(self._named(name) for name in self._types) + "".join(self._simple_type(name) for name in self._simple)
        messages = "".join(
            f"<message name={quoteattr(f'{name}{end}')}><part name={quoteattr(random.choice(('parameters', xml_name(random))))}"
            f" element={quoteattr(f't:{name}{end}')}/></message>"
            for name in names
            for end in ("", "Response")
        )
        ports = "".join(
            f"<operation name={quoteattr(name)}><input message={quoteattr(f't:{name}')}/>"
            + (f"<output message={quoteattr(f't:{name}Response')}/>" if not self._perhaps(0.05) else "")
            + "</operation>"
            for name in names
        )
        bound = "".join(
            f"<operation name={quoteattr(name)}><soap:operation soapAction={quoteattr(random.choice(('', f'urn:{name}')))}/>"
            '<input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>'
            for name in names
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="{soap}"'
            f' xmlns:xs="{_XS}" xmlns:t="urn:t" targetNamespace="urn:t" name={quoteattr(xml_name(random))}>\n'
            f'<types><xs:schema targetNamespace="urn:t" elementFormDefault="{qualified}">{types}{elements}</xs:schema></types>\n'
            f'{messages}\n<portType name="P">{ports}</portType>\n'
            f'<binding name="B" type="t:P"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>{bound}</binding>\n'
            f'<service name={quoteattr(xml_name(random))}><port name="Po" binding="t:B">'
            f"<soap:address location={quoteattr(random.choice(_ADDRESSES))}/></port></service>\n</definitions>\n"
        ).replace("><", ">\n<")

    def _named(self, name: str) -> str:
        if self._perhaps(0.2) and len(self._types) > 1:
            base = self._random.choice([one for one in self._types if one != name])
            if self._types.index(base) < self._types.index(name):
                return (
                    f"<xs:complexType name={quoteattr(name)}><xs:complexContent><xs:extension base={quoteattr(f't:{base}')}>"
                    f"<xs:sequence>{self._elements(1)}</xs:sequence></xs:extension></xs:complexContent></xs:complexType>"
                )
        return self._complex(name)

    def _complex(self, name: str = "") -> str:
        named = f" name={quoteattr(name)}" if name else ""
        attributes = "".join(
            f"<xs:attribute name={quoteattr(one)} type='xs:string' use='{self._random.choice(('optional', 'required'))}'/>"
            for one in dict.fromkeys(xml_name(self._random) for _ in range(self._random.choice((0, 0, 0, 1, 2))))
        )
        inside = f"<xs:sequence>{self._elements(self._random.randint(0, 4))}</xs:sequence>"
        if self._perhaps(0.1):
            inside = f"<xs:choice>{self._elements(2)}</xs:choice>"
        return f"<xs:complexType{named}>{inside}{attributes}</xs:complexType>"

    def _elements(self, count: int) -> str:
        names = dict.fromkeys(xml_name(self._random) for _ in range(count))
        made = []
        for name in names:
            nillable = self._random.choice(("", "", "", ' nillable="true"'))
            made.append(f"<xs:element name={quoteattr(name)} type={quoteattr(self._type())}{self._random.choice(_OCCURS)}{nillable}/>")
        return "".join(made)

    def _type(self) -> str:
        if self._perhaps(self._breaks):
            return "t:Nowhere"
        if self._perhaps(0.25):
            return f"t:{self._random.choice(self._types)}"
        return f"t:{self._random.choice(self._simple)}" if self._simple and self._perhaps(0.3) else f"xs:{self._random.choice(_TYPES)}"

    def _simple_type(self, name: str) -> str:
        facet = self._random.choice(
            (
                f"<xs:pattern value={quoteattr(self._random.choice(_PATTERNS))}/>",
                f'<xs:enumeration value="a"/><xs:enumeration value={quoteattr(xml_name(self._random))}/>',
                '<xs:length value="3"/>',
                '<xs:minLength value="40"/>',
                '<xs:maxLength value="1"/>',
                '<xs:pattern value="[A-Z]+"/><xs:pattern value="[0-9]{2}"/>',
            )
        )
        return f'<xs:simpleType name={quoteattr(name)}><xs:restriction base="xs:string">{facet}</xs:restriction></xs:simpleType>'
