"""The verdict on an adapter's ``quality.yaml``: what it states, the tier that it reaches in fact, and every claim that is not true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.sdk.department import Department
from gateway.sdk.quality.checks import Examined
from gateway.sdk.quality.home import QUALITY, home_of, read_record, unshown
from gateway.sdk.quality.scale import RULES, QualityRule, Tier
from gateway.texts.yaml_lines import ConfigError, ConfigProblem, Lines, load_yaml, problems_of

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """A verdict, with the ``tier`` that is reached and the one that the file claims (``claimed``, None where it claims none).

    ``lacking`` are the rules that are missing for gold. ``problems`` are the claims that are not true, with their lines.
    """

    tier: Tier
    claimed: Tier | None
    lacking: tuple[str, ...]
    problems: tuple[ConfigProblem, ...] = ()


#: The verdict on an adapter without a file.
UNRATED = Quality(tier=Tier.NONE, claimed=None, lacking=tuple(rule.name for rule in RULES))


def read_quality(adapter: type[Department], *, gives_sandbox: bool, description: Callable[[], str] = str) -> Quality:
    """Read an adapter's ``quality.yaml`` and verify all that a machine can, without calling the adapter. Without a file it has no tier.

    ``gives_sandbox`` is true if its plugin brings a sandbox for it. ``description`` gives its distribution's, where no README lies beside
    it.
    """
    home = home_of(adapter)
    if home is None or not (home / QUALITY).is_file():
        return UNRATED
    try:
        document, lines = load_yaml(home / QUALITY)
    except ConfigError as error:
        return Quality(tier=Tier.NONE, claimed=None, lacking=UNRATED.lacking, problems=error.problems)
    record, unusable = read_record(home, adapter)
    one = Examined(adapter=adapter, home=home, record=record, unusable=unusable, gives_sandbox=gives_sandbox, description=description)
    return _judge(one, read_statement(document, lines), lines)


def _judge(one: Examined, statement: Statement, lines: Lines) -> Quality:
    problems = list(statement.problems)
    lacking: dict[str, str] = {}
    unusable_told = False
    for rule in RULES:
        said = statement.rules.get(rule.name)
        if said is None:
            lacking[rule.name] = "unsaid"
        elif said.status == "todo":
            lacking[rule.name] = "todo"
        elif (wrong := _wrong(one, rule, said)) is not None:
            lacking[rule.name] = "not true"
            if wrong != one.unusable or not unusable_told:  # most rest on the record, so its being unusable is named once
                problems.append(lines.problem(("rules", rule.name), f"said {said.status}, but {wrong}"))
            unusable_told = unusable_told or wrong == one.unusable
    tier = _reached(lacking)
    if statement.tier is not None and statement.tier.rank > tier.rank:
        between = ", ".join(
            f"{rule.name} ({lacking[rule.name]})" for rule in RULES if rule.name in lacking and rule.tier.rank <= statement.tier.rank
        )
        problems.insert(0, lines.problem(("tier",), f"claims {statement.tier}, but reaches {tier}; between them stand: {between}"))
    return Quality(tier=tier, claimed=statement.tier, lacking=tuple(lacking), problems=tuple(problems))


def _wrong(one: Examined, rule: QualityRule, said: Said) -> str | None:
    """Say why a claim about a rule is not true, or give None when it is, as far as a machine can tell."""
    if said.status == "exempt":
        if rule.exempt is None:
            return "nobody is exempt from this rule: say done or todo"
        return rule.exempt(one) or (None if said.reason and said.reason.strip() else "without a reason: say why")
    if rule.evidence and not (said.evidence and said.evidence.strip()):
        return "without `evidence`: say what shows it (when, on which system, where it is written down)"
    if rule.done is not None and (wrong := rule.done(one)) is not None:
        return wrong
    if not rule.tests:
        return None
    return one.unusable if one.record is None or one.unusable is not None else unshown(one.record, rule.tests)


def _reached(lacking: dict[str, str]) -> Tier:
    """Give the highest tier up to which nothing is lacking."""
    reached = Tier.NONE
    for tier in list(Tier)[1:]:
        if any(rule.name in lacking for rule in RULES if rule.tier is tier):
            break
        reached = tier
    return reached
