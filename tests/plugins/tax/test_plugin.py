"""What the plugin registers, and that it is complete."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openapi_spec_validator
import pluggy
import yaml

import plugins.tax
from gateway.sdk import hookspecs
from plugins.tax.adapter import Tax
from plugins.tax.sandbox import TaxSandbox

FOLDER = Path(plugins.tax.__file__).parent


def test_registers_its_adapter_and_its_sandbox() -> None:
    host = pluggy.PluginManager(hookspecs.PROJECT)
    host.add_hookspecs(hookspecs)
    host.register(plugins.tax)
    host.check_pending()
    assert host.hook.gateway_departments() == [[Tax]]
    assert host.hook.gateway_sandboxes() == [[TaxSandbox]]
    assert Tax.adapter == TaxSandbox.adapter == "tax"


def test_an_adapter_does_not_load_a_sandbox() -> None:
    code = "import sys, plugins.tax; sys.exit('gateway.sdk.sandbox' in sys.modules or 'plugins.tax.sandbox' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=FOLDER.parents[1], check=False).returncode == 0


def test_the_contract_is_a_valid_openapi_document_with_every_operation() -> None:
    document = yaml.safe_load((FOLDER / "contract/openapi.yaml").read_text("utf-8"))
    openapi_spec_validator.validate(document)
    named = {operation["operationId"] for item in document["paths"].values() for operation in item.values()}
    assert named == {operation.name for operation in Tax.operations} | {"status"}


def test_what_is_not_done_says_why() -> None:
    rules = yaml.safe_load((FOLDER / "quality.yaml").read_text("utf-8"))["rules"]
    for name, rule in rules.items():
        assert rule == "done" or (rule["status"] in {"todo", "exempt"} and rule["reason"]), name
