"""What a contract says, whatever it is written in: operations, and the types that go into them and come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

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
    """A single value. ``values`` are the only ones (an enumeration); ``limits`` are pydantic's names of rules (``max_length``, ``pattern``,
    ``ge`` …); ``format`` is what a text must also be (JSON Schema's names: ``email``, ``uri`` …); ``example`` is the contract's own.

    ``patterns`` are the expressions of which a text matches one, in the contract's own words, whether pydantic can hold it to them or not;
    ``holds`` is the contract's judgement of a value: samples are made of the ones and held to the other. ``places`` is how many decimal
    places a number is written with at least.
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
    """Several of one type; ``unique``: no two may be the same; ``xml`` is how an item is written in XML."""

    item: Type
    least: int = 0
    most: int | None = None
    unique: bool = False
    xml: Mapping[str, Any] = field(default_factory=dict)


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
    """Named fields. One may hold itself, so it is filled after it was made; two are the same only when they are one object.

    ``abstract``: a value is of a type that derives from it.
    """

    name: str
    doc: str = ""
    fields: list[TypedField] = field(default_factory=list)
    abstract: bool = False

    def required(self) -> Iterator[TypedField]:
        """The fields that must be there."""
        return (one for one in self.fields if one.required)


Type: TypeAlias = Scalar | ListOf | MapOf | OneOf | Structure
Place = Literal["body", "whole_body", "path", "query", "header"]
#: Where no name of a person may stand.
ADDRESSED: Final = frozenset({"path", "query", "header"})


@dataclass(slots=True, kw_only=True)
class TypedField:
    """A field of a structure: the contract's name of it (``wire``) and ours. ``place`` is where a REST request carries it; ``choice``
    names the branches of choices that it stands in, from the outermost in (``choice.0/0-choice.1``; several ways parted by ``|``): fields
    stand together that name the same branch of each choice that both name. ``xml`` is how it is written in XML (OpenAPI's hints).
    """

    wire: str
    name: str
    type: Type
    required: bool = True
    nullable: bool = False
    doc: str = ""
    place: Place = "body"
    choice: str = ""
    xml: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoapCall:
    """How an operation goes over SOAP. ``message`` is the name of the element in a request's Body as ``{namespace}name`` (empty: none);
    ``reply_xml`` a valid reply's.
    """

    operation: str
    action: str
    message: str
    reply_xml: str
    faults: tuple[str, ...] = ()
    headers: Structure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestCall:
    """How an operation goes over REST. ``statuses`` are those that mean success, the first being the sample's.

    ``media`` is the media type of the request's body, ``encoding`` and ``root`` what it needs beside the fields (of a form, of XML);
    ``reply_media`` that of a reply which is not JSON, and is left to be read.
    """

    operation_id: str
    method: str
    path: str
    statuses: tuple[int, ...]
    reply_sample: object = None
    body: Literal["", "fields", "whole"] = ""
    constant_headers: Mapping[str, str] = field(default_factory=dict)
    media: str = "application/json"
    encoding: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    root: Mapping[str, str] = field(default_factory=dict)
    reply_media: str = ""


@dataclass(slots=True, kw_only=True)
class DescribedOperation:
    """One operation. ``name`` is ours; ``reply`` is None where nothing comes back; ``reply_name`` is our name of a single value.

    ``key`` is the field, no part of ``request``, that carries the delivery's key, by which the department knows a repeat. ``turns`` are
    the sampler's turns whose values the contract takes, of either variant; ``fits`` is its judgement of a body.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that the contract does not tell, or that cannot be generated: where, what, and what to do.

    ``red``: the tests that are written fail until somebody has done it.
    """

    where: str
    what: str
    red: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "what", " ".join(self.what.split()))  # one line, whatever the contract calls things


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a request must carry to be let in: the secrets it is made of, and the header it goes into."""

    kind: Literal["bearer", "basic", "header", "query"]
    header: str = "Authorization"
    secrets: tuple[str, ...] = ("token",)


@dataclass(slots=True, kw_only=True)
class DescribedContract:
    """A whole contract. ``file`` is the document's path within ``files``, which holds everything that belongs to it, by relative path.

    ``path`` is that of the service's address, ``address`` the address that the contract itself names,
    ``client_certificate`` where it demands one of its clients (empty: nowhere).
    """

    style: Literal["soap", "rest"]
    title: str
    file: str
    files: Mapping[str, bytes]
    operations: list[DescribedOperation]
    doc: str = ""
    address: str = ""
    credentials: tuple[Credential, ...] = ()
    client_certificate: str = ""
    schema_usable: bool = False
    soap_version: Literal["1.1", "1.2"] = "1.1"
    gaps: list[Gap] = field(default_factory=list)
