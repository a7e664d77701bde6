"""Checks of the rules that a machine can verify. Each takes the facts about an adapter, and gives a problem or None."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import orjson
import yaml
from pydantic import BaseModel

from gateway.sdk.department import Ask, Department, Never, Safe
from gateway.sdk.quality.home import CONTRACT, ConformanceRecord, documents, failures, sources, unshown
from gateway.sdk.rules import broken_rules

#: The mark that `gateway new-adapter` leaves wherever an author has to decide something.
MARK = "FILL IN"
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The facts about an adapter: ``record`` has the conformance suite's results, ``unusable`` the reason why nothing can rest on them.

    ``gives_sandbox`` is true if its plugin brings a sandbox for it. ``description`` gives its distribution's, where there is one.
    """

    adapter: type[Department]
    home: Path
    record: ConformanceRecord | None
    unusable: str | None
    gives_sandbox: bool
    description: Callable[[], str] = str


Check = Callable[[Examined], str | None]


def freely(_: Examined) -> str | None:
    """Let anybody who says why be exempt from a rule."""
    return None


# -- bronze
def conformance(one: Examined) -> str | None:
    """Demand a record that is current, complete and without a failure."""
    if one.record is None or one.unusable is not None:
        return one.unusable
    failed = failures(one.record.tests)
    return f"conformance tests failed: {_few(failed)}" if failed else None


def contract(one: Examined) -> str | None:
    """Demand that ``contract/`` holds at least one document that a machine reads, and that each of those parses."""
    found = 0
    for path in documents(one.home):
        reader = _READERS.get(path.suffix.lower())
        if reader is None:
            continue
        found += 1
        try:
            reader(path.read_bytes())
        except Exception as error:  # noqa: BLE001  # parsers raise what they like: whichever it is, the document is no contract
            return f"{path.relative_to(one.home)} does not parse ({type(error).__name__})"
    return None if found else f"there is no WSDL, XSD, OpenAPI or JSON document in {CONTRACT}/"


def typed_operations(one: Examined) -> str | None:
    """Demand that the class keeps the rules, and that no field of a request or an output may be anything."""
    if broken := broken_rules(one.adapter):
        return "; ".join(broken)
    for operation in one.adapter.operations:
        for model in (operation.request, operation.output):
            if untyped := _untyped(model, set()):
                return f"{untyped} of the operation {operation.name} may be anything: give it a type"
    return None


def resend_declared(one: Examined) -> str | None:
    """Demand proof of each declaration: safe operations repeated, asked ones found, fresh connections for those never repeated."""
    if broken := broken_rules(one.adapter):
        return "; ".join(broken)
    if one.record is None or one.unusable is not None:
        return one.unusable
    kinds = {type(operation.resend) for operation in one.adapter.operations if not operation.read_only}
    wanted: list[str] = []
    for kind, codes in _REPEATS.items():
        wanted += codes if kind in kinds else ()
    return unshown(one.record, wanted)


def sandbox(one: Examined) -> str | None:
    """Demand a sandbox of the plugin's own."""
    return None if one.gives_sandbox else f"its plugin gives no sandbox for the adapter {one.adapter.adapter} (gateway_sandboxes)"


def needs_no_secret(one: Examined) -> str | None:
    """Allow an exemption from credentials only to an adapter that has none."""
    return f"it asks for secrets ({', '.join(one.adapter.secret_names)})" if one.adapter.secret_names else None


# -- silver
def filled_in(one: Examined) -> str | None:
    """Demand that no line of its sources holds the generator's mark."""
    places = []
    for path in sources(one.home):
        text = path.read_text(encoding="utf-8", errors="replace")
        places += [f"{path.relative_to(one.home)}:{number}" for number, line in enumerate(text.splitlines(), 1) if MARK in line]
    return f"{len(places)} lines still hold the mark {MARK}: {_few(places)}" if places else None


def probe(one: Examined) -> str | None:
    """Demand a probe of its own."""
    return "the adapter has no probe()" if one.adapter.probe is Department.probe else None


def readme(one: Examined) -> str | None:
    """Demand that a README beside it, or its distribution's description, names every operation and every secret."""
    # The README of a project with its sources under src/ lies above them. An installed description may be an older one.
    places = [one.home, one.home.parents[1]] if one.home.parent.name == "src" else [one.home]
    found = (path for place in places for path in sorted(place.glob("README*")) if path.is_file())
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in found]
    text = ("\n".join(texts) or one.description()).casefold()
    if not text.strip():
        return "there is no README beside it, and its distribution has no description"
    names = [*(operation.name for operation in one.adapter.operations), *one.adapter.secret_names]
    missing = [name for name in names if name.casefold() not in text]
    return f"its README does not name {_few(missing)}" if missing else None


def offers(flag: str) -> Check:
    """Make a check that ``done`` is said only by an adapter whose class offers it."""

    def offered(one: Examined) -> str | None:
        return None if getattr(one.adapter, flag) else f"the adapter says {flag} = False: say `exempt` and why, or `todo`"

    return offered


def lacks(flag: str) -> Check:
    """Make a check that exempts only an adapter which does not offer it."""

    def lacking(one: Examined) -> str | None:
        return f"the adapter says {flag} = True, so it is not exempt" if getattr(one.adapter, flag) else None

    return lacking


# -- with the tests that show them
_REPEATS: dict[type[Safe | Ask | Never], tuple[str, ...]] = {
    Safe: ("repeat_has_one_effect", "repeat_after_a_lost_reply_has_one_effect"),
    Ask: ("find_says_absent_of_what_never_arrived", "find_knows_what_was_done", "find_that_fails_is_never_absent"),
    Never: ("fresh_connection_is_fresh",),
}


def _few(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _untyped(model: type[BaseModel], seen: set[type[BaseModel]]) -> str | None:
    """Give the first field, of the model or of one within it, that may be anything."""
    seen.add(model)
    for name, field in model.model_fields.items():
        for part in _parts(field.annotation):
            if part in _ANYTHING:
                return f"the field {model.__name__}.{name}"
            if isinstance(part, type) and issubclass(part, BaseModel) and part not in seen and (found := _untyped(part, seen)):
                return found
    return None


_ANYTHING: tuple[object, ...] = (Any, object, dict, list, tuple, set)


def _parts(annotation: object) -> Iterator[object]:
    """Give the parts of an annotation, or itself where it has none."""
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for part in inner:
        yield from _parts(part)


def _xml(content: bytes) -> None:
    from lxml import etree  # noqa: PLC0415  # only who has such a contract needs it

    etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _yaml(content: bytes) -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where PyYAML was built with it
    if not isinstance(yaml.load(content, Loader=loader), dict):  # noqa: S506  # both are safe loaders
        raise TypeError("a document is wanted, not a plain value")


_READERS: dict[str, Callable[[bytes], object]] = {
    ".wsdl": _xml,
    ".xsd": _xml,
    ".xml": _xml,
    ".json": orjson.loads,
    ".yaml": _yaml,
    ".yml": _yaml,
}
