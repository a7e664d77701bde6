"""Services without their questions, for tests that take services away."""

from __future__ import annotations

from pathlib import Path

import yaml


def unguided(config: Path) -> None:
    """Take the questions out of all services of a configuration, since answers lead to services that go."""
    for file in (config / "services").glob("*.yaml"):
        service = yaml.safe_load(file.read_text(encoding="utf-8"))
        del service["guide"]
        service["materials"] = [{"zh": one["zh"], "en": one["en"]} for one in service["materials"]]
        file.write_text(yaml.safe_dump(service, allow_unicode=True), encoding="utf-8")
