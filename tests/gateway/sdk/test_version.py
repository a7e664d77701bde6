"""The SDK's version: which adapters are hosted, what is on its way out, and that the surface changes only together with it."""

from __future__ import annotations

import importlib
import re
import warnings
from datetime import date
from itertools import pairwise
from types import ModuleType

import pytest

from docs.reference_page import MODULES
from gateway.sdk import VERSION, SdkDeprecated, version
from gateway.sdk.version import DEPRECATED, Deprecation, going, old_names, unfit_version
from tests.gateway.sdk.surface import FOLDER, needed, surface, written

MAJOR, MINOR = (int(part) for part in VERSION.split(".")[:2])
WRITE = "`python -m tests.gateway.sdk.surface` writes it down; docs/adapters/README.md says what SemVer covers"
GOING = Deprecation(since="1.0", day=date(2026, 1, 5), until="2.0", instead="use read_reply")


def test_the_version_is_semver() -> None:
    assert re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", VERSION)


def test_the_version_that_is_here_and_earlier_ones_of_its_major_are_hosted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unfit_version(f"{MAJOR}.{MINOR}") is None
    monkeypatch.setattr(version, "VERSION", "3.7.2")
    assert [declared for declared in ("3.7", "3.6", "3.0") if unfit_version(declared)] == []


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ("2.7", "install a version of the plugin for SDK 3, or a gateway with SDK 2"),
        ("4.0", "or a gateway with SDK 4"),
        ("3.8", "update the gateway"),
        ("3.10", "update the gateway"),
        (None, 'such as sdk = "3.7"'),
        ("3", "`sdk` must say"),
        ("3.7.2", "`sdk` must say"),
        ("03.7", "`sdk` must say"),
        ("latest", "`sdk` must say"),
        (3.7, "`sdk` must say"),
    ],
)
def test_what_is_not_hosted_says_what_to_do(declared: object, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "VERSION", "3.7.2")
    assert says in (unfit_version(declared) or "")


def test_a_deprecated_version_says_until_when_and_what_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "DEPRECATED", {"1.0": GOING})
    assert going("1.1") is None
    said = going("1.0") or ""
    assert all(word in said for word in ("since SDK 1.0", "gone in 2.0", "not before 2026-07-07", "use read_reply"))
    assert unfit_version("1.0") is None


def test_a_deprecated_name_works_and_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "DEPRECATED", {"somewhere:read": GOING})
    module = ModuleType("somewhere")
    module.__getattr__ = old_names("somewhere", {"read": len})  # type: ignore[method-assign]  # PEP 562
    with pytest.warns(SdkDeprecated, match=r"somewhere\.read is deprecated since SDK 1\.0 .* use read_reply") as warned:
        assert module.read("abc") == 3
    assert warned[0].filename == __file__, "it names the adapter's line"
    with pytest.raises(AttributeError, match="write"):
        _ = module.write


def test_the_table_is_true() -> None:
    """Each deprecated name is there and warns; each entry gives the time that docs/adapters/README.md promises."""
    check(DEPRECATED)


def check(table: object) -> None:
    assert isinstance(table, dict)
    for name, found in table.items():
        since, until = (tuple(int(part) for part in one.split(".")) for one in (found.since, found.until))
        assert until[0] > since[0], f"{name}: what is gone is a new major"
        assert since <= (MAJOR, MINOR) < until, f"{name}: it is deprecated now and not gone"
        if not re.fullmatch(r"\d+\.\d+", name):
            module, _, attribute = name.partition(":")
            assert module in MODULES
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                getattr(importlib.import_module(module), attribute)
            assert [one.category for one in warned] == [SdkDeprecated], name


@pytest.mark.parametrize(
    "entry",
    [
        {"gateway.sdk:Department": GOING},  # it does not warn
        {"gateway.sdk:nothing_like_it": GOING},
        {"elsewhere:x": GOING},
        {"1.0": Deprecation(since="1.0", day=GOING.day, until="1.1", instead="")},
        {"1.0": Deprecation(since=f"{MAJOR}.{MINOR + 1}", day=GOING.day, until=f"{MAJOR + 1}.0", instead="")},
    ],
)
def test_an_untrue_table_is_found(entry: dict[str, Deprecation]) -> None:
    with pytest.raises((AssertionError, AttributeError)):
        check(entry)


def test_the_surface_is_what_its_version_says() -> None:
    before, now = written(VERSION), surface()
    assert before, f"the surface of {VERSION} is not written down: {WRITE}"
    differing = sorted(f"- {line}" for line in set(before) - set(now)) + sorted(f"+ {line}" for line in set(now) - set(before))
    raise_it = f"raise the {needed(before, now)} part of gateway.sdk.VERSION, then {WRITE}"
    assert not differing, "\n".join(["the public surface of the SDK has changed:", *differing, raise_it])


def test_each_version_differs_from_the_one_before_as_semver_says() -> None:
    versions = sorted(tuple(int(part) for part in file.stem.split(".")) for file in FOLDER.glob("*.txt"))
    assert versions[-1] == tuple(int(part) for part in VERSION.split("."))
    for old, new in pairwise(versions):
        change = needed(written(".".join(map(str, old))), written(".".join(map(str, new))))
        raised = "major" if new[0] > old[0] else "minor" if new[1] > old[1] else ""
        assert change in {"major": ("major", "minor", ""), "minor": ("minor", ""), "": ("",)}[raised], (old, new, change)


BEFORE = ["m.f: def -> int", "m.f(a): int", "m.C: class", "m.C(x): int"]


def test_what_may_be_left_out_and_is_then_asked_for_is_a_major() -> None:
    assert needed(["m.C(x): int = …"], ["m.C(x): int"]) == "major"


@pytest.mark.parametrize(
    ("now", "part"),
    [
        (BEFORE, ""),
        (BEFORE[:2], "major"),
        ([*BEFORE, "m.g: def -> int", "m.g(a): int"], "minor"),
        ([*BEFORE, "m.f(b): int = …"], "minor"),
        ([*BEFORE, "m.f(b): int"], "major"),
        ([*BEFORE, "m.C(y): int"], "major"),
        ([*BEFORE, "m.C.sdk: ClassVar[str]"], "major"),
        ([*BEFORE, "m.C.sdk: ClassVar[str] = …"], "minor"),
        ([*BEFORE, "m.D: class", "m.D.sdk: ClassVar[str]"], "minor"),  # nobody's adapter is one yet
        ([*BEFORE[:3], "m.C(x): int = …"], "minor"),
        ([*BEFORE[:3], "m.C(x): int | str"], "minor"),
        ([*BEFORE[:3]], "major"),
        ([*BEFORE[:3], "m.C(y): int"], "major"),
    ],
)
def test_what_a_change_means(now: list[str], part: str) -> None:
    assert needed(BEFORE, now) == part


def test_it_sees_names_parameters_fields_and_what_may_be_left_out() -> None:
    lines = set(surface())
    assert {
        "gateway.sdk.Department.submit: async def -> Outcome",
        "gateway.sdk.Department.submit(request): Request",
        "gateway.sdk.Department.sdk: ClassVar[str]",
        "gateway.sdk.Department.version: ClassVar[str] = …",
        "gateway.sdk.Call(key): str",
        "gateway.sdk.Call(fresh_connection): bool = …",
        "gateway.sdk.rest.RestClient.request(*, json): object = …",
        "gateway.sdk.soap.SoapClient: class",
        "gateway.sdk.webhooks.Webhook.verify(body): bytes",
        "gateway.sdk.sandbox.Sandbox: class",
        "gateway.sdk.conformance.Conformance.test_class_keeps_the_rules: async def -> None",
    } <= lines
