"""Every check finds the claim that is not true."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.sdk.quality import Tier
from tests.gateway.sdk.quality.package import Package

WSDL = '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><!-- unfinished'
BOMB = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


def _untyped(package: Package) -> None:
    package.change("adapter.py", "    name: str", "    name: str\n    more: dict[str, Any]")
    package.change("adapter.py", "from gateway.sdk import", "from typing import Any\nfrom gateway.sdk import")


def _untyped_within(package: Package) -> None:
    package.change(
        "adapter.py",
        "class Wanted(Request):\n    name: str",
        "class Row(Request):\n    cells: list\n\nclass Wanted(Request):\n    rows: tuple[Row, ...]",
    )


def _with(old: str, new: str) -> Callable[[Package], None]:
    return lambda package: package.change("adapter.py", old, new)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda p: (p.folder / "contract/openapi.yaml").unlink(), "contract: said done, but there is no WSDL"),
        (lambda p: p.write("contract/openapi.yaml", "openapi: [3\n"), "contract: said done, but contract/openapi.yaml does not parse"),
        (lambda p: p.write("contract/openapi.yaml", "openapi\n"), "contract/openapi.yaml does not parse (TypeError)"),
        (lambda p: p.write("contract/fire.wsdl", WSDL), "contract/fire.wsdl does not parse (XMLSyntaxError)"),
        (lambda p: p.write("contract/fire.json", "{"), "contract/fire.json does not parse"),
        (_untyped, "typed-operations: said done, but the field Wanted.more of the operation inspect may be anything"),
        (_untyped_within, "typed-operations: said done, but the field Row.cells of the operation inspect may be anything"),
        (_with("version =", "can_poll = True\n    version ="), "typed-operations: said done, but Fire: it says can_poll = True without"),
        (_with("    async def probe(self): ...", ""), "probe: said done, but the adapter has no probe()"),
        (
            _with("self, call, request): ...", "self, call, request): ...  # FILL IN: ask"),
            "filled-in: said done, but 1 lines still hold the mark FILL IN: adapter.py:",
        ),
        (lambda p: (p.folder / "README.md").unlink(), "readme: said done, but there is no README beside it"),
        (lambda p: p.write("README.md", "Fire has a token."), "readme: said done, but its README does not name inspect"),
        (lambda p: p.write("README.md", "Fire can inspect."), "readme: said done, but its README does not name token"),
    ],
)
def test_what_is_not_there_is_named(package: Package, spoil: Callable[[Package], None], told: str) -> None:
    spoil(package)
    package.write_record()
    assert told in package.problems()
    assert package.quality().tier.rank < Tier.SILVER.rank


def test_a_contract_whose_entities_are_not_resolved_is_one(package: Package) -> None:
    package.write("contract/fire.xml", BOMB)
    package.write_record()
    assert package.problems() == ""


def test_a_sandbox_that_is_not_given_is_missed(package: Package) -> None:
    assert "sandbox: said done, but its plugin gives no sandbox for the adapter fire" in package.problems(gives_sandbox=False)


def test_the_distributions_description_stands_in_for_a_readme(package: Package) -> None:
    (package.folder / "README.md").unlink()
    assert package.problems(description="How to inspect, and where the token comes from") == ""


@pytest.mark.parametrize(
    ("flag", "method", "rule"),
    [
        ("can_find", "find", "find"),
        ("can_poll", "poll", "poll"),
        ("can_withdraw", "withdraw", "withdraw"),
        ("calls_back", "parse_callback", "callback"),
    ],
)
def test_what_is_offered_is_not_exempt(package: Package, flag: str, method: str, rule: str) -> None:
    define = "def" if method == "parse_callback" else "async def"
    package.change("adapter.py", "    async def probe", f"    {flag} = True\n\n    {define} {method}(self, *_): ...\n\n    async def probe")
    package.write_record()
    assert f"rules.{rule}: said exempt, but the adapter says {flag} = True" in package.problems()
    package.write_quality(**{rule: "done"})
    assert package.problems() == ""


def test_who_has_no_secret_may_be_exempt_from_credentials(package: Package) -> None:
    package.change("adapter.py", '("token",)', "()")
    package.write_record()
    package.write_quality(credentials={"status": "exempt", "reason": "a dedicated line"})
    assert package.problems() == ""


@pytest.mark.parametrize(
    ("resend", "test"),
    [("Safe(remembered=timedelta(days=1))", "repeat_has_one_effect"), ("Never()", "fresh_connection_is_fresh")],
)
def test_a_resend_rule_that_was_not_shown_is_not_declared(package: Package, resend: str, test: str) -> None:
    package.change("adapter.py", "resend=Safe(remembered=timedelta(days=1))", f"resend={resend}")
    package.change("adapter.py", "Request, Safe", "Request, Safe, Never")
    package.write_record(lambda record: record["tests"].update({test: {"inspect": "skipped: it is slow"}}))
    assert f"resend-declared: said done, but its conformance test {test} passed for no operation: skipped: it is slow" in package.problems()
    package.write_record(lambda record: record["tests"].update({test: {"inspect": "passed"}}))
    assert package.problems() == ""
