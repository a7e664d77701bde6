"""Each figure of the house's shape is found wrong on a small tree made up for it, and a limit only goes down."""

from __future__ import annotations

import importlib.util
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from docs.shape import circles, class_names, docstrings, people_texts, sizes, untyped, walks
from docs.shape.__main__ import main
from docs.shape.figures import FIGURES, LIMITS, Limit, Limits
from docs.shape.recorder import Recorder, Walk, Work
from docs.shape.sources import Found, House

ROOT = Path(__file__).resolve().parents[2]
Build = Callable[..., House]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Make a house of files: ``a__b`` is ``gateway/a/b.py``, ``a__init`` is ``gateway/a/__init__.py``."""

    def made(**files: str) -> House:
        for name, text in files.items():
            *folders, module = name.split("__")
            path = tmp_path.joinpath("gateway", *folders, "__init__.py" if module == "init" else f"{module}.py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return House(tmp_path)

    return made


def test_the_widest_folder_is_found_and_migrations_are_apart(build: Build) -> None:
    house = build(a="", **{f"b__{number}": "" for number in range(16)}, **{f"migrations__{number}": "" for number in range(20)})
    (house.folder / "b" / "page.html").touch()
    assert sizes.widest_folder(house).value == 17
    assert sizes.widest_folder(house).places[0] == " 17 gateway/b"


def test_lines_are_counted_with_blank_ones_and_comments(build: Build) -> None:
    assert sizes.lines(build(a="x = 1\n\n# why\n", b__c="y = 2\n")).value == 4


def test_lines_count_as_loaded_when_serving_imports_them(build: Build) -> None:
    serving = "def main(words):\n    assert words[0] == 'serve'\n    import gateway.used\n"
    house = build(init="", cli__init=serving, used="a = 1\nb = 2\n", unused="c = 3\n")
    found = sizes.lines_loaded(house)
    assert found.value == 5
    assert not [place for place in found.places if "unused" in place]
    (house.folder / "cli" / "__init__.py").write_text("raise SystemExit('no')\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="did not serve: no"):
        sizes.lines_loaded(house)


def test_open_types_are_found_and_texts_are_none(build: Build) -> None:
    house = build(
        a="from typing import Any\nimport typing\n\n\ndef f(x: dict[str, Any]) -> typing.Any:\n    ...\n",
        b='"""Any text."""\nx: dict[str, object] = {}\n# dict[str, Anybody]\ny = 1\n',
    )
    assert untyped.dict_str_any(house).places == ["gateway/a.py:5  def f(x: dict[str, Any]) -> typing.Any:"]
    assert untyped.any_per_thousand(house) == Found(
        value=300, places=["gateway/a.py:1", "gateway/a.py:5", "gateway/a.py:5"], note="3 in all"
    )


def test_a_rule_put_aside_is_found(build: Build) -> None:
    house = build(a="import b  # noqa: F401  # why\nimport c  #NOQA\nnoqa = 1\n".replace("NOQA", "noqa"))
    assert [place.split()[0] for place in untyped.noqa(house).places] == ["gateway/a.py:1", "gateway/a.py:2"]


def test_a_class_name_with_two_meanings_is_found(build: Build) -> None:
    house = build(a="class Case: ...\nclass _Part: ...\nclass One: ...\n", b__c="class _Part: ...\ndef f():\n    class Case: ...\n")
    assert class_names.class_names_twice(house).places == ["Case  gateway/a.py:1 gateway/b/c.py:3"]


@pytest.mark.parametrize(
    "back",
    [
        "import gateway.b.one",
        "from gateway.b import one",
        "from gateway.b.one import thing",
        "from .b import one",
        "if TYPE_CHECKING:\n    from gateway.b.one import thing",
        "def f():\n    import gateway.b.one",
    ],
)
def test_a_circle_is_found_however_it_is_hidden(build: Build, back: str) -> None:
    house = build(a=back, b__one="from gateway.c import other", c="from gateway import a", d="from gateway import a")
    assert circles.import_circles(house).places == ["gateway.a gateway.b.one gateway.c"]


def test_imports_one_way_are_no_circle(build: Build) -> None:
    house = build(
        a="from gateway.b import one\nimport os", b__init="from gateway.b.one import thing", b__one="from gateway.c import x", c=""
    )
    assert circles.import_circles(house) == Found(value=0)


@pytest.mark.parametrize(
    "text",
    [
        "What it is.",
        "Whether it is.",
        "That it is.",
        "Why it is.",
        "How it is.",
        "Which it is.",
        "When it is.",
        "Where it is.",
        "It is; it was.",
    ],
)
@pytest.mark.parametrize("around", ['"""{}"""', 'class C:\n    """{}"""', 'async def f():\n    """{}\n\n    More.\n    """'])
def test_a_docstring_without_a_subject_is_found(build: Build, text: str, around: str) -> None:
    assert docstrings.docstrings(build(a=around.format(text))).value == 1


@pytest.mark.parametrize(
    "text",
    [
        "Whatever is taken.",
        "Take ``a; b``.",
        "Take a thing::\n\n    a; b\n\nAnd on.",
        "Show it; then go · 查看。",
        "What the document says; twice.",
    ],
)
def test_docstrings_with_a_subject_and_texts_for_people_are_not(build: Build, text: str) -> None:
    house = build(a=f'"""{text}"""')
    (house.folder / "translations").mkdir()
    (house.folder / "translations" / "zh.json").write_text('{"What the document says; twice.": "两次。"}', encoding="utf-8")
    assert docstrings.docstrings(house).value == 0


@pytest.mark.parametrize(
    "code",
    [
        'say("没有这个办件。", "There is no such application.")',
        'x = f"环节 {name} 是新增的"',
        'x = ("有",\n  1)',
        'def f():\n    """Show it · 查看。"""',
        '_LONGER = "很长"',
    ],
)
def test_a_sentence_for_people_among_code_is_found(build: Build, code: str) -> None:
    assert people_texts.texts_in_code(build(a=code)).value == 1
    assert people_texts.texts_in_code(build(a="", texts=code, b__texts=code, texts__dates=code, model__events=code)).value == 0


@pytest.mark.parametrize(
    "code",
    [
        "x = 1  # 补正",
        'def f():\n    """Make a number (办件编号)."""',
        'call(body_examples={"a": "对方已修复接口"})',
        '_APPLICANT = {"name": "李强"}',
        'field(description="办件编号: what the citizen was given.")',
    ],
)
def test_comments_data_and_what_is_translated_are_free(build: Build, code: str) -> None:
    house = build(a=code, identifiers='SURNAMES = ("欧阳",)')
    (house.folder / "translations").mkdir()
    (house.folder / "translations" / "zh.json").write_text('{"办件编号: what the citizen was given.": "编号。"}', encoding="utf-8")
    assert people_texts.texts_in_code(house) == Found(value=0, note="in 0 files")


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A door of a server and its caller's."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as caller:
        door, _ = server.accept()
        with door:
            yield door, caller


@pytest.mark.parametrize("out", [True, False])
def test_a_walk_goes_from_what_is_read_to_what_is_sent(build: Build, *, out: bool) -> None:
    house = build(
        rules="def check(): return True\n", early="def early(): ...\n", late="def late(): ...\n", intake="def file(check): return check()\n"
    )
    rules, early, late, intake = (_module(house.folder / f"{name}.py") for name in ("rules", "early", "late", "intake"))
    with _pair() as (door, caller), _pair() as (department, ours):
        recorder = Recorder(house.folder, door.getsockname()[1])
        caller.sendall(b"application")
        before = sys.getprofile()
        recorder.begin(out=out)
        sys.setprofile(recorder)
        early.early()
        door.recv(100)
        intake.file(rules.check)
        (door if out else ours).send(b"not the end of this walk")
        intake.file(rules.check)
        (ours if out else door).send(b"the end")
        late.late()
        sys.setprofile(before)
        assert department.fileno() >= 0
    assert recorder.end() == {"intake.py": Work("file", ["rules.py"]), "rules.py": Work("check", [])}
    recorder.begin(out=out)
    assert recorder.end() == {}, "it came to no end"


def test_only_what_is_at_work_in_every_walk_is_crossed() -> None:
    always: Walk = {"api.py": Work("file", ["intake.py"]), "intake.py": Work("take", [])}
    with_noise: Walk = {
        "clock.py": Work("tick", ["api.py"]),
        "api.py": Work("file", ["clock.py", "intake.py"]),
        "intake.py": Work("take", []),
    }
    assert walks.crossed([always, with_noise]) == Found(
        value=1, places=["api.py  file  → intake.py", "intake.py  take"], note="2 at work in all"
    )


@pytest.mark.slow("a gateway and its sandboxes, as `make check` runs them; the recorder itself is tested above")
def test_an_application_and_a_callback_cross_the_gateway() -> None:
    filing, callback = (walk(House(ROOT)).places for walk in (walks.filing_to_sent, walks.callback_to_answer))
    for parts in ("api", "journal", "dispatcher", "sdk"):
        assert any(parts in place for place in filing), parts
    assert any("callbacks" in place for place in callback)
    assert not any("sdk/wire" in place for place in callback), "nothing is sent to a department"


def test_a_limit_only_goes_down_and_no_lower_than_the_aim() -> None:
    limit = Limit(before=70, limit=60, aim=15)
    assert limit.lowered(61, 1).limit == 60
    assert limit.lowered(41, 1).limit == 41
    assert limit.lowered(40.2, 1).limit == 41
    assert limit.lowered(41, 100).limit == 60
    assert limit.lowered(3, 1).limit == 15
    assert Limit(before=70, limit=9, aim=15).lowered(3, 1).limit == 9, "one that was set below the aim stays there"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Limits of 10 for every figure, in a file of their own."""
    file = tmp_path / "limits.json"
    Limits("0123456789", {figure.name: Limit(before=12, limit=10, aim=5) for figure in FIGURES}).write(file)
    return file


@pytest.mark.parametrize("name", [figure.name for figure in FIGURES])
def test_a_figure_beyond_its_limit_fails(
    name: str, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {figure.name: Found(value=10) for figure in FIGURES}
    monkeypatch.setattr("docs.shape.__main__.measure", lambda _: found)
    given = ["--limits", str(file)]
    assert main(given) == 0
    found[name] = Found(value=11, note="a word")
    assert main(given) == 1
    out, err = capsys.readouterr()
    assert f"beyond the limit: {name};" in err
    assert "0123456" in out
    assert f"{name}: a word" in out
    assert main(["--ratchet", *given]) == 1
    assert Limits.read(file).figures[name].limit == 10, "a limit is never raised"
    found[name] = Found(value=7)
    assert main(["--ratchet", *given]) == 0
    assert Limits.read(file).figures[name].limit == (7 if next(f for f in FIGURES if f.name == name).step == 1 else 10)


def test_every_figure_has_a_limit_that_make_check_holds() -> None:
    assert list(Limits.read(LIMITS).figures) == [figure.name for figure in FIGURES]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "$(BIN)/python -m docs.shape" in makefile.partition("\ncheck:")[2].partition("\n\n")[0].splitlines()[-1]
