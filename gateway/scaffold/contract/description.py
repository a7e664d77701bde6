"""The description of a contract in any language: operations, and the types that go into them and come back."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

from gateway.model import JsonView
from gateway.scaffold.contract.contract_files import UnreadableContractError

Kind = Literal[
    "text",
    "integer",
    "decimal",
    "number",
    "boolean",
    "date",
    "datetime",
    "time",
    "duration",
    "uuid",
    "base64",
    "file",
    "anything",
    "object",
    "nothing",
]
Limits: TypeAlias = Mapping[str, int | float | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A single value.

    ``values`` are the only ones (an enumeration). ``limits`` are rules under pydantic's names (``max_length``, ``pattern``, ``ge`` …).
    ``format`` is a format of a text under JSON Schema's name (``email``, ``uri`` …). ``example`` is the contract's own. ``patterns`` are
    expressions of which a text matches one, in the contract's own words, also those that pydantic cannot check. ``holds`` is the contract's
    judgement of a value. Samples are made by ``patterns`` and held to ``holds``. ``places`` is the least number of decimal places that a
    number is written with.
    """

    kind: Kind
    values: tuple[str | int | bool, ...] = ()
    limits: Limits = field(default_factory=dict)
    format: str = ""
    example: object = None
    patterns: tuple[str, ...] = ()
    holds: Callable[[object], bool] | None = field(default=None, compare=False, repr=False)
    places: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """Several values of one type. ``unique`` forbids equal ones, and ``xml`` is how an item is written in XML."""

    item: Type
    least: int = 0
    most: int | None = None
    unique: bool = False
    xml: JsonView = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOf:
    """An object whose names are free."""

    value: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """One of several types."""

    options: tuple[Type, ...]


@dataclass(slots=True, kw_only=True, eq=False)
class Structure:
    """Named fields.

    A structure may hold itself, so it is filled after it was made, and is equal to itself alone. An ``abstract`` one has values only of
    types that derive from it.
    """

    name: str
    doc: str = ""
    fields: list[TypedField] = field(default_factory=list)
    abstract: bool = False

    def required(self) -> Iterator[TypedField]:
        """Give the fields that must be there."""
        return (one for one in self.fields if one.required)


Type: TypeAlias = Scalar | ListOf | MapOf | OneOf | Structure
Place = Literal["body", "whole_body", "path", "query", "header"]
#: The host of an address that can be called.
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")
#: Places where no name of a person may stand.
ADDRESSED: Final = frozenset({"path", "query", "header"})


@dataclass(slots=True, kw_only=True)
class TypedField:
    """A field of a structure, with the contract's name of it (``wire``) and ours.

    ``place`` is where a REST request carries it. ``choice`` names the branches of choices that it stands in, from the outermost in
    (``choice.0/0-choice.1``, several ways parted by ``|``). Fields stand together if they name the same branch of each choice that both
    name. ``xml`` is how the field is written in XML (OpenAPI's hints).
    """

    wire: str
    name: str
    type: Type
    required: bool = True
    nullable: bool = False
    doc: str = ""
    place: Place = "body"
    choice: str = ""
    xml: JsonView = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoapCall:
    """An operation's call over SOAP.

    ``message`` is the name of the element in a request's Body as ``{namespace}name`` (empty: none). ``reply_xml`` is a valid reply's
    element.
    """

    operation: str
    action: str
    message: str
    reply_xml: str
    faults: tuple[str, ...] = ()
    headers: Structure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestCall:
    """An operation's call over REST. ``statuses`` are those that mean success, the first being the sample's.

    ``media`` is the media type of the request's body, while ``encoding`` and ``root`` are what a form and XML need beside the fields.
    ``reply_media`` is that of a reply which is not JSON, and whose reading is left to the author.
    """

    operation_id: str
    method: str
    path: str
    statuses: tuple[int, ...]
    reply_sample: object = None
    body: Literal["", "fields", "whole"] = ""
    constant_headers: Mapping[str, str] = field(default_factory=dict)
    media: str = "application/json"
    encoding: Mapping[str, JsonView] = field(default_factory=dict)
    root: Mapping[str, str] = field(default_factory=dict)
    reply_media: str = ""


@dataclass(slots=True, kw_only=True)
class DescribedOperation:
    """One operation, by our ``name``.

    ``reply`` is None where nothing comes back. ``reply_name`` is our name of a single value. ``key`` is the field, no part of ``request``,
    that carries the delivery's key, by which the department knows a repeat. ``turns`` are the sampler's turns whose values the contract
    takes, one for each variant. ``fits`` is its judgement of a body.
    """

    name: str
    wire: SoapCall | RestCall
    request: Structure
    reply: Type | None
    reply_name: str = ""
    key: TypedField | None = None
    title: str = ""
    doc: str = ""
    read_only: bool = False
    turns: tuple[int, int] = (0, 0)
    fits: Callable[[Any], bool] | None = field(default=None, compare=False, repr=False)


#: The gap of a contract that demands a certificate: by WS-SecurityPolicy in a WSDL, by ``mutualTLS`` in an OpenAPI document.
CLIENT_CERTIFICATE: Final = (
    "it demands a client certificate: `tls` in the department's yaml names the secrets with certificate and key, "
    "which the department issues or registers"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A gap in a contract or in its generation: the place, and the missing thing.

    A ``red`` one fails the written tests until somebody has filled it in.
    """

    where: str
    what: str
    red: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "what", " ".join(self.what.split()))  # one line, whatever the contract calls things


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A credential of requests: the secrets that it is made of, and the header that it goes into."""

    kind: Literal["bearer", "basic", "header", "query"]
    header: str = "Authorization"
    secrets: tuple[str, ...] = ("token",)


def http_address(text: str) -> str:
    """Give the address if it can be called, or "" for one such as ``https://[server]/cases`` and ``http://{host}/cases``."""
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in {"http", "https"} and _HOST.fullmatch(
            parts.netloc.rpartition("@")[2].rsplit(":", 1)[0] if parts.port else parts.netloc
        )
    except ValueError:
        return ""
    return text.strip() if usable else ""


@dataclass(slots=True, kw_only=True)
class DescribedContract:
    """A whole contract. ``file`` is the document's path within ``files``, which holds everything that belongs to it, by relative path.

    ``address`` is the address that the contract itself names.
    """

    style: Literal["soap", "rest"]
    title: str
    file: str
    files: Mapping[str, bytes]
    operations: list[DescribedOperation]
    doc: str = ""
    address: str = ""
    credentials: tuple[Credential, ...] = ()
    schema_usable: bool = False
    soap_version: Literal["1.1", "1.2"] = "1.1"
    gaps: list[Gap] = field(default_factory=list)

    @property
    def client_certificate(self) -> str:
        """Give the place where the contract demands a certificate of its clients, or "" where it demands none."""
        return next((gap.where for gap in self.gaps if gap.what == CLIENT_CERTIFICATE), "")


def take_key_fields(contract: DescribedContract, names: Collection[str]) -> None:
    """Take the fields of these names (the contract's) out of the requests that act, and note which carry the key.

    In a question such a field says what is looked for, so it stays there. Raises ``UnreadableContractError`` for a name that stands in no
    request that acts, or not at its top.
    """
    taken: set[str] = set()
    for operation in contract.operations:
        found = next((one for one in operation.request.fields if one.wire in names and not operation.read_only), None)
        if found is not None:
            operation.key = found
            operation.request.fields = [one for one in operation.request.fields if one is not found]
            taken.add(found.wire)
    if missing := sorted(set(names) - taken):
        asked = [one.name for one in contract.operations if one.read_only and any(field.wire in missing for field in one.request.fields)]
        only = f"; {', '.join(asked)} only asks, by what is looked for" if asked else ""
        raise UnreadableContractError(
            contract.file, 0, f"no request that acts has a field {', '.join(missing)} at its top to carry the key{only}"
        )
