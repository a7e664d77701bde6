"""A service (事项 / 一件事) as the catalogue defines it and the journal pins it by digest."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from gateway.model import JsonObject, JsonSchema

#: The role of whoever hands an application in. Every case has it, named by its service or not.
APPLICANT: Final = "applicant"
#: Members of a service that nodes of a version before do not take: a definition with one of them is kept once none of those runs.
YOUNGER: Final = ("parties", "sees", "fees", "afterwards", "guide")


class Strict(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A text for people in both languages."""

    zh: str
    en: str


class Codes(Strict):
    """The codes of GB/T 39046-2020 that describe the service."""

    implementation: Annotated[str, Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}[1-5][0-9A-Z]{12}$")]  # 实施编码, 31 characters
    item_type: Annotated[str, Field(pattern=r"^\d{2}$")]  # 事项类型
    case_type: Literal["1", "2", "9"]  # 办件类型
    channels: list[Literal["1", "2", "3", "4", "9"]]  # 办理形式
    audience: list[Literal["1", "2", "3", "4", "5", "6"]]  # 服务对象
    level: Literal["1", "2", "3", "4", "5"]  # 行使层级


class TimeLimits(Strict):
    """Promised (承诺) and statutory (法定) limits in working days; 0 is the same day, none where the law sets none."""

    promised_working_days: Annotated[int, Field(ge=0)]
    statutory_working_days: Annotated[int, Field(ge=0)] | None = None


def _kind(value: object) -> str | None:
    """Give the kind of a source, told by the one name that it must have."""
    if isinstance(value, str):
        return "path"
    names = value if isinstance(value, dict) else vars(value) if isinstance(value, Strict) else {}
    return next((name for name in ("value", "each", "items") if name in names), None)


class Constant(Strict):
    """A value that is the same for every application: a code that the department's operation wants and nobody fills in."""

    value: Annotated[
        Annotated[str, Tag("str")] | Annotated[int, Tag("int")] | Annotated[bool, Tag("bool")],
        Discriminator(
            lambda value: type(value).__name__,
            custom_error_type="constant",
            custom_error_message="Must be a text, a whole number, true or false: a decimal is written as a text, in quotes",
        ),
    ]


PathOrConstant = Annotated[
    Annotated[str, Tag("path")] | Annotated[Constant, Tag("value")],
    Discriminator(_kind, custom_error_type="source", custom_error_message="Must be a path, or {value: …}"),
]


class ListShare(Strict):
    """A list made from another: each item of ``each`` gives an object made by ``item`` (paths within the item)."""

    each: str
    item: dict[str, PathOrConstant]


class ItemsShare(Strict):
    """A list put together from single places: each of ``items`` is the path of a value, or an object's fields with their paths."""

    items: Annotated[
        list[
            Annotated[
                Annotated[str, Tag("path")] | Annotated[dict[str, PathOrConstant], Tag("fields")],
                Discriminator(
                    lambda item: "path" if isinstance(item, str) else "fields" if isinstance(item, dict) else None,
                    custom_error_type="item",
                    custom_error_message="Must be a path, or an object's fields, each with its path",
                ),
            ]
        ],
        Field(min_length=1),
    ]


Shared = Annotated[
    Annotated[str, Tag("path")]
    | Annotated[Constant, Tag("value")]
    | Annotated[ListShare, Tag("each")]
    | Annotated[ItemsShare, Tag("items")],
    Discriminator(
        _kind, custom_error_type="shared", custom_error_message="Must be a path, {value: …}, {each: …, item: {…}} or {items: […]}"
    ),
]


class Step(Strict):
    """One department's part in a service."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    department: str
    operation: str
    purpose: Text  # why the department sees what it sees: shown to the citizen, written to the audit
    required: bool = True
    after: list[str] = []
    when: str | None = None  # JMESPath over {applicant, data, steps}; the step applies when it is true
    share: dict[str, Shared]  # dotted field of the operation's request → path in applicant, data or steps.<step>.<output>, or as above


class Rule(Strict):
    """A condition between the fields of an application, over the same data as ``when``."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    must: str  # JMESPath with today() and unique(list); true when the rule is kept
    message: Text  # for whoever fills the form in: what is wrong and what to do
    pointers: Annotated[list[str], Field(min_length=1)]  # the fields it is said of, such as /data/man/id_number
    broken_by: Annotated[dict[str, Any], Field(min_length=1)]  # pointer → value: with these the sample passes the form and breaks the rule


RoleName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=50)]
AllOrNamed = Annotated[
    Annotated[Literal["all"], Tag("all")] | Annotated[list[str], Tag("named")],
    Discriminator(
        lambda value: "named" if isinstance(value, list) else "all" if value == "all" else None,
        custom_error_type="all_or_named",
        custom_error_message="Must be all, or a list",
    ),
]


Fees = Annotated[
    Annotated[Literal["none"], Tag("none")] | Annotated[Text, Tag("text")],
    Discriminator(
        lambda value: "none" if value == "none" else "text" if isinstance(value, dict | Text) else None,
        custom_error_type="fees",
        custom_error_message="Must be none where nothing is charged, or a text in both languages",
    ),
]


#: Question → those of its answers with which something holds. Every question that it names must have one of them.
When = Annotated[
    dict[str, Annotated[list[str], Field(min_length=1)]],
    # Left out where it says nothing: definitions from before there were any keep their text, and with it their digest.
    Field(default_factory=dict, exclude_if=lambda when: not when),
]


class Material(Text):
    """A thing to bring: for everybody, or for those whose answers ask for it."""

    when: When


class GuideOption(Strict):
    """An answer to a question. Without a word about where it leads, it leads on: to the next question, and at last to the service."""

    value: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=30)]  # stands in addresses
    text: Text
    instead: list[str] = []  # codes of services that this person needs in place of this one
    also: list[str] = []  # codes of services that she may want beside it
    elsewhere: Text | None = None  # none of this centre's: who deals with it, and where
    fills: dict[str, str] = {}  # pointer → the choice of the form's field there that follows from it


class GuideQuestion(Strict):
    """A question that leads a person to the service, or to another, and to what she must bring."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=30)]  # stands in addresses
    text: Text
    hint: Text | None = None
    when: When  # asked with these answers to questions before it
    options: Annotated[list[GuideOption], Field(min_length=2, max_length=6)]


class PartyRole(Strict):
    """A role that somebody has in every case of the service: who that is stands in the application at ``at``.

    ``name``, ``id_type``, ``id_number`` and ``uscc`` are paths within the object there. Left out, each is called as here.
    """

    role: RoleName
    title: Text
    kind: Literal["person", "organization"]
    at: str  # the path of an object in data, or applicant
    name: str | None = None
    id_type: PathOrConstant | None = None  # of a person: a type of GA/T 2000.156
    id_number: str | None = None  # of a person
    uscc: str | None = None  # of an organisation
    must_sign: bool = False
    must_be_present: bool = False
    acts_for: RoleName | None = None  # of the applicant: for whom (经办人)
    contacts: str | None = None  # path of a phone, in applicant or data
    when: str | None = None  # JMESPath over {applicant, data}; there is such a party when it is true


class RoleSight(Strict):
    """The part of a case that a role may see, its own object included."""

    steps: AllOrNamed = []  # whose state, outputs and words of the department
    paths: AllOrNamed = []  # applicant, data, or what stands at a path in them


class Service(Strict):
    """An entry of the catalogue."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Text
    codes: Codes
    limits: TimeLimits
    guidance: Text
    guide: Annotated[list[GuideQuestion], Field(max_length=4)] = []  # none: whoever chooses the service is there
    materials: list[Material] = []
    fees: Fees | None = None  # none written out: nothing is charged; left out: nothing is said of fees
    afterwards: Text | None = None  # what comes once it is approved: where a certificate is fetched, what begins by itself
    form: JsonSchema  # of the application's data
    steps: Annotated[list[Step], Field(min_length=1)]
    rules: list[Rule] = []
    parties: list[PartyRole] = []  # none: the applicant alone
    sees: dict[RoleName, RoleSight] = {}  # none: the applicant sees all of a case, another party its own object
    sample: JsonObject  # an application as submitted, shown to the citizen (电子样单)
    sample_day: date | None = None  # the day on which the sample counts as handed in: needed where a rule asks for today()
    sample_outputs: dict[str, JsonObject] = {}  # step → the output that the sample assumes

    def step(self, name: str) -> Step:
        """Give the step of that name. Raises KeyError when there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def canonical(self) -> str:
        """Give the definition as canonical JSON, which the journal keeps and the digest covers."""
        # Cases are pinned to digests, so members that older definitions could not have are left out where they say nothing.
        younger = {name for name in ("rules", "sample_day", *YOUNGER) if not getattr(self, name)}
        said = self.model_dump(mode="json", exclude={*younger, *YOUNGER})
        said |= self.model_dump(mode="json", include={name for name in YOUNGER if name not in younger}, exclude_defaults=True)
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        """Give the SHA-256 (hex) of the canonical definition: the ``service_version`` that an application is pinned to."""
        return digest_of(self.canonical())


def digest_of(canonical: str) -> str:
    """Give the SHA-256 (hex) of a definition as it is kept. A kept one is never written anew for it: a later default would change it."""
    return hashlib.sha256(canonical.encode()).hexdigest()
