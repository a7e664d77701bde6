"""YAML with lines: what is read, what is refused, and where it says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from gateway.texts.yaml_lines import ConfigError, ConfigProblem, load_yaml, problems_of


def written(folder: Path, text: str | bytes) -> Path:
    """A file holding ``text``."""
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(folder: Path, text: str | bytes) -> list[tuple[int, str, str]]:
    """Line, path and detail of each problem of ``text``."""
    with pytest.raises(ConfigError) as caught:
        load_yaml(written(folder, text))
    return [(p.line, p.path, p.detail) for p in caught.value.problems]


def test_values_and_lines(tmp_path: Path) -> None:
    value, lines = load_yaml(written(tmp_path, "a: 1\nb:\n  - x: true\n  - y: 0.5\n    z: ~\n"))
    assert value == {"a": 1, "b": [{"x": True}, {"y": 0.5, "z": None}]}
    assert [lines.line(p) for p in ((), ("a",), ("b",), ("b", 0), ("b", 1, "z"))] == [1, 1, 2, 3, 5]


def test_what_json_has_no_word_for_stays_text(tmp_path: Path) -> None:
    value, _ = load_yaml(written(tmp_path, "on: yes\nday: 2026-01-01\nhour: 08:30\ncode: 0123\nhex: 0x1F\nempty:\n"))
    assert value == {"on": "yes", "day": "2026-01-01", "hour": "08:30", "code": "0123", "hex": "0x1F", "empty": None}


def test_a_missing_part_has_the_line_of_what_is_around_it(tmp_path: Path) -> None:
    _, lines = load_yaml(written(tmp_path, "\nsteps:\n  - share:\n      list:\n        each: x\n"))
    assert lines.line(("steps", 0, "title")) == 3
    assert lines.line(("steps", 0, "share", "list", "ListShare", "each")) == 5
    assert lines.line(("nothing",)) == 2


def test_every_duplicate_key_is_named(tmp_path: Path) -> None:
    found = refused(tmp_path, "a: 1\nb:\n  c: 1\n  c: 2\na: 2\n")
    assert [(line, path) for line, path, _ in found] == [(4, "b"), (5, "")]
    assert "first on line 1" in found[1][2]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: [1, 2\n", 3, "expected"),
        ("a: 1\n\tb: 2\n", 2, "found a tab character"),
        ("a: &x 1\nb: *x\n", 1, "anchors and aliases"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "tag"),
        ("a: 1\n20: x\n", 2, "put it in quotes"),
        ("a: 1\n? [x]\n: 2\n", 2, "put it in quotes"),
        ("a: !!int x\n", 1, "does not fit its tag"),
        ("a: 1\n---\nb: 2\n", 2, "but found another document"),
        ("a: \x01\n", 1, "control character"),
        (b"a: 1\nb: \xff\n", 2, "UTF-8"),
        ("a:\n  " + "[" * 3000, 2, "nested too deeply"),
        ("a: " + "[" * 1_000_000, 1, "nested too deeply"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str | bytes, line: int, says: str) -> None:
    ((found_line, _, detail),) = refused(tmp_path, text)
    assert says in detail
    assert found_line == line


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: there is no such file"):
        load_yaml(tmp_path / "none.yaml")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_yaml(tmp_path)


def test_an_empty_file_is_none(tmp_path: Path) -> None:
    value, lines = load_yaml(written(tmp_path, "# nothing\n"))
    assert value is None
    assert lines.line(()) == 1


class Inner(BaseModel):
    """A model to be wrong about."""

    model_config = ConfigDict(extra="forbid")
    port: int
    name: str


class Outer(BaseModel):
    """A model around it."""

    items: list[Inner]


def test_every_error_of_a_model_with_its_line_and_without_its_value(tmp_path: Path) -> None:
    value, lines = load_yaml(written(tmp_path, "items:\n  - port: s3cret\n    colour: s3cret\n"))
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(value)
    found = problems_of(caught.value, lines)
    assert [(p.line, p.path) for p in found] == [(2, "items.0.port"), (2, "items.0.name"), (3, "items.0.colour")]
    assert "s3cret" not in "".join(map(str, found))
    assert str(found[0]).startswith(f"{tmp_path / 'file.yaml'}:2: items.0.port: input should be a valid integer")


def test_a_problem_reads_well() -> None:
    assert str(ConfigProblem("a.yaml", 3, "x.y", "is wrong")) == "a.yaml:3: x.y: is wrong"
    assert str(ConfigProblem("a.yaml", 0, "", "is wrong")) == "a.yaml: is wrong"
