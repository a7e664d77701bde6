"""The content of ``quality.yaml``: the tier and the rules that it claims, with every problem of its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.sdk.quality.scale import RULES, Tier
from gateway.texts.yaml_lines import ConfigProblem, Lines, problems_of

_TOP = ("tier", "rules")


class Said(BaseModel):
    """A claim about one rule. ``reason`` is why it is not done, ``evidence`` the proof where a machine cannot tell."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Literal["done", "todo", "exempt"]
    reason: Annotated[str, Field(max_length=500)] | None = None
    evidence: Annotated[str, Field(max_length=500)] | None = None


@dataclass(slots=True)
class Statement:
    """The whole file. ``tier`` is None where none can be read."""

    tier: Tier | None = None
    rules: dict[str, Said] = field(default_factory=dict)
    problems: list[ConfigProblem] = field(default_factory=list)


def read_statement(document: object, lines: Lines) -> Statement:
    """Read the file as far as possible, with all that is wrong with its form."""
    found = Statement()
    if not isinstance(document, Mapping):
        found.problems.append(lines.problem((), "must have `tier` and `rules`"))
        return found
    for name in document:
        if name not in _TOP:
            found.problems.append(lines.problem((name,), "is not known here: there are `tier` and `rules`"))
    _read_tier(document.get("tier"), lines, found)
    rules = document.get("rules")
    if not isinstance(rules, Mapping):
        found.problems.append(lines.problem(("rules",), "must say of every rule: done, todo or exempt"))
        return found
    _read_rules(rules, lines, found)
    return found


def _read_tier(claimed: Any, lines: Lines, found: Statement) -> None:  # noqa: ANN401  # a file may say anything
    try:
        found.tier = Tier(claimed)
    except ValueError:
        found.problems.append(lines.problem(("tier",), f"must say what is claimed: {', '.join(Tier)}"))


def _read_rules(rules: Mapping[str, Any], lines: Lines, found: Statement) -> None:
    known = {rule.name for rule in RULES}
    for name, said in rules.items():
        if name not in known:
            found.problems.append(
                lines.problem(("rules", name), "there is no such rule: remove it or check its spelling (docs/quality.md)")
            )
            continue
        try:
            found.rules[name] = Said.model_validate({"status": said} if isinstance(said, str) else said)
        except ValidationError as error:
            found.problems += problems_of(error, lines, ("rules", name))
    if missing := [rule.name for rule in RULES if rule.name not in rules]:
        found.problems.append(lines.problem(("rules",), f"nothing is said of {', '.join(missing)}: say done, todo or exempt"))
