"""The page about a service of one's own: its files pass the check, and the page says what a reader will see."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway.catalogue.catalogue import load_catalogue
from gateway.catalogue.guidance import ends
from gateway.texts.yaml_lines import ConfigError
from tests.config.test_services import DEPARTMENTS
from tests.docs.own_service import PAGE, write

CONFIG = PAGE.parents[1] / "config"


def test_its_files_are_proven_and_every_answer_leads_somewhere(tmp_path: Path) -> None:
    services = shutil.copytree(CONFIG / "services", tmp_path / "services")
    write(services)
    service = load_catalogue(services, DEPARTMENTS).services["public-rental"]
    assert {step.definition.department for step in service.steps.values()} == {"marriage", "real_estate"}
    assert [child.step for child in service.drawn_form.children] == ["area", "income", "spouse", "children"]
    assert sum(stand.elsewhere is not None for stand in ends(service.definition)) == 2
    page = PAGE.read_text("utf-8")
    for word in ("guide", "form", "steps", "x-unit: CNY"):
        assert f"`{word}`" in page


def test_what_it_shows_is_refused_once_it_is_spoilt(tmp_path: Path) -> None:
    services = shutil.copytree(CONFIG / "services", tmp_path / "services")
    write(services)
    file = services / "public-rental.yaml"
    file.write_text(file.read_text("utf-8").replace("when: {married: [married]}", "when: {married: [wed]}"), "utf-8")
    with pytest.raises(ConfigError, match="wed is no answer to married"):
        load_catalogue(services, DEPARTMENTS)
