"""Templates: sentences come from the texts alone, in both languages, and nothing stands inline."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from jinja2 import nodes

from gateway.model.service import Text
from gateway.texts.sentences import TextOf
from gateway.web import rendering, texts
from gateway.web.rendering import ROOMS, SENTENCES, PageTexts
from tests.gateway.web.conftest import Hall

TEMPLATES = Path(rendering.__file__).parent / "templates"
NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
_HAN = re.compile(r"[\u3400-\u9fff]")


def _used(name: str) -> set[str]:
    tree = rendering._environment().parse((TEMPLATES / name).read_text(encoding="utf-8"))
    return {one.attr for one in tree.find_all(nodes.Getattr) if isinstance(one.node, nodes.Name) and one.node.name == "say"}


@pytest.mark.parametrize("name", NAMES)
def test_a_template_holds_no_sentence_style_or_script_of_its_own(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    assert not _HAN.search(source)
    assert not re.search(
        r"\sstyle\s*=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:|\|\s*safe\b", source.replace("{{P[n]|safe}}", "")
    )
    assert _used(name) <= set(SENTENCES)


def test_every_sentence_is_used_and_has_a_name_of_its_own() -> None:
    said = [key for room in ROOMS for key, one in vars(room).items() if isinstance(one, (Text, TextOf)) and not key.startswith("_")]
    assert sorted(said) == sorted(set(said))
    sources = [path.read_text(encoding="utf-8") for path in Path(rendering.__file__).parent.rglob("*.py")]
    in_code = {name for name in said if any(re.search(rf"texts\.{name}\b", source) for source in sources)}
    own = {name for room in ROOMS for name in said if Path(str(room.__file__)).read_text(encoding="utf-8").count(name) > 1}
    assert set(said) == (in_code | own).union(*map(_used, NAMES))


def test_a_sentence_is_said_in_the_language() -> None:
    assert texts.SKIP.en == PageTexts("en").SKIP
    assert texts.SKIP.zh == PageTexts("zh-CN").SKIP
    assert PageTexts("en").departments_and_days(2, "x") == "Departments: 2 · x"  # type: ignore[operator]  # as a template calls it
    with pytest.raises(AttributeError):
        _ = PageTexts("en").NOT_THERE


async def test_a_page_is_packed_for_who_takes_it(hall: Hall) -> None:
    plain, packed = await hall.get("/sign-in"), await hall.get("/sign-in", **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(await packed.read()) < len(await plain.read()) * 0.7
    assert b"</html>" in gzip.decompress(await packed.read())
