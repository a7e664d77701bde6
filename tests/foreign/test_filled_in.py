"""What a team fills in keeps the project's own tests passing: refusals are tested from then on, too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.foreign import contracts
from tests.foreign.filled_in import RESIDENCE, fill_in
from tests.gateway.scaffold.projects import conformance, written

_REJECTED = """<e:Fault xmlns:e="http://www.w3.org/2003/05/soap-envelope">
  <e:Code><e:Value>e:Receiver</e:Value></e:Code><e:Reason><e:Text xml:lang="zh">{{reason}}</e:Text></e:Reason>
  <e:Detail><r:refused xmlns:r="urn:example:residence"><r:code>{{code:E7}}</r:code><r:reason>{{reason}}</r:reason></r:refused></e:Detail>
</e:Fault>
"""


@pytest.mark.slow("a project with its own tests; the servers are called by the others")
def test_a_project_that_was_filled_in_passes_its_own_tests(tmp_path: Path) -> None:
    contract = contracts.lay_out(tmp_path) / "residence12.wsdl"
    project = written(contract, "permits", tmp_path / "permits").folder
    source = project / "src" / "permits_adapter"
    fill_in(source / "adapter.py", RESIDENCE)
    remembered = r"from datetime import timedelta\n\1\n    recognises = timedelta(days=30)"
    fill_in(source / "sandbox.py", {r"(from pathlib import Path\n(?:.*\n)+?    adapter = .*)": remembered})
    fill_in(project / "tests" / "test_conformance.py", {r"secrets = \{\}": 'secrets = {"username": "window", "password": "s3cret"}'})
    (source / "samples" / "register" / "rejected.xml").write_text(_REJECTED, "utf-8")
    said = re.fullmatch(r"(\d+) passed, (\d+) skipped in .*", conformance(project))
    assert said is not None
    assert int(said[1]) > 35  # more than as it was generated: a safe repeat, and how the department refuses
