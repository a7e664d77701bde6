"""One run of generated requests: the gateway and its sandboxes with cases in every state, the sender, and the findings."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.faults.installation import DEPARTMENTS, ROOT, Installation, sample
from tests.faults.processes import Process
from tests.patience import PATIENCE
from tests.venvs import python_of

#: Milliseconds of its thread's CPU that one callback may take.
LIMIT = 100
ROLES = ("front-end", "operator", "auditor", "department:tax")
SERVICES = ("newlywed", "company-start", "house-transfer", "retirement", "passport", "housing-holdings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The results of a run."""

    requests: int
    statuses: Mapping[str, int]
    findings: list[dict[str, Any]]
    longest_ms: float


def run(folder: Path, *, count: int, seed: int, module: str = "tests.fuzz.launched") -> Report:
    """Send so many requests. ``module`` starts the gateway. Raises subprocess.CalledProcessError if the sender is missing or gave up."""
    python = python_of(ROOT / ".venv-fuzz", Path(__file__).with_name("requirements.txt"))
    installation = Installation(folder)
    slow = folder / "callbacks.jsonl"
    try:
        installation.start_sandboxes()
        gateway = _started(installation, slow, module)
        known = _known(installation)
        before = len(_callbacks(slow))  # the start does not count for any request
        wanted = {
            "url": installation.url, "socket": str(installation.socket), "count": count, "seed": seed,
            "keys": {role: installation.key(role) for role in ROLES}, "known": known,
        }  # fmt: skip
        sender = subprocess.run(
            [str(python), "-m", "tests.fuzz.generated"], input=json.dumps(wanted), stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT
        )
        said = json.loads(sender.stdout)
        callbacks = _callbacks(slow)[before:]
        findings = [*said["findings"], *({"what": "slow callback", **one} for one in callbacks if one["milliseconds"] > LIMIT)]
        findings += [{"what": "logged", "line": line} for event in ("request_failed", "adapter_failed") for line in gateway.events(event)]
        return Report(
            requests=said["requests"],
            statuses=said["statuses"],
            findings=findings,
            longest_ms=max((one["milliseconds"] for one in callbacks), default=0.0),
        )
    finally:
        installation.close()


def _started(installation: Installation, slow: Path, module: str) -> Process:
    slow.touch()
    # Wrong keys are part of the run and come from one address. If that were slowed, nothing else would be heard.
    environment = {**installation.environment, "GATEWAY_FAILED_CREDENTIALS": "1000000"}
    process = Process([sys.executable, "-m", module, str(slow)], environment)
    installation.processes.append(process)
    process.wait_for("gateway_started")
    return process


def _callbacks(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def _known(installation: Installation) -> dict[str, Any]:
    """File every service, make departments answer in every way, and give the ids and bodies for filling requests."""
    for number, name in enumerate(DEPARTMENTS):
        installation.sandbox(name, "faults", {"fault": ("500", "drop_reply", "html_200")[number % 3], "probability": 0.2, "seconds": 0.2})
    ids: dict[str, list[str]] = {"applications": [], "deliveries": [], "jobs": [], "keys": [], "services": []}
    bodies = [sample(service) for service in SERVICES]
    for outcome in ("approved", "returned", "rejected"):
        for name in DEPARTMENTS:
            installation.sandbox(name, "decide", {"outcome": outcome, "after": 0.2})
        for body in bodies:
            filed = _post(installation, "/v1/applications", body)
            ids["applications"].append(filed["id"])
            ids["deliveries"] += [one["id"] for one in filed["deliveries"]]
    made = _post(installation, "/v1/deliveries/retry", {"filter": {}, "reason": "x"}, role="operator")
    ids["jobs"] += [made["id"]] if "id" in made else []
    reasons = {"reason": "已电话核实"}
    # Planned, so that every service goes on taking applications.
    planned = {"since": "2030-12-05T00:00:00+08:00", "until": "2030-12-08T00:00:00+08:00", "notice": {"zh": "系统升级"}, **reasons}
    ids["suspensions"] = [_post(installation, "/v1/services/passport/suspend", planned, role="operator")["id"]]
    return {
        "ids": ids,
        "names": {
            "name": list(DEPARTMENTS), "code": list(SERVICES),
            "kind": ["internal", "validation", "parameters"],
        },
        "bodies": {
            "fileApplication": bodies, "checkApplication": bodies, "reviseApplication": bodies, "moveApplication": [reasons],
            "withdrawApplication": [reasons, {}], "stopJob": [{}], "retryDelivery": [{}, reasons], "probeDepartment": [{}],
            "unresolveDelivery": [reasons], "reloadConfiguration": [{}],
            "retryDeliveries": [{"filter": {}}, {"filter": {"department": "tax", "ids": ids["deliveries"][:9]}, "dry_run": True}],
            "resolveDelivery": [
                {"happened": False, **reasons},
                {"happened": True, "outcome": {"kind": "rejected", "reason": "不符合条件", "code": "R1"}, **reasons},
                {"happened": True, "outcome": {"kind": "accepted", "reference": "A-1"}, **reasons},
                {"happened": True, "outcome": {"kind": "approved", "output": {}}, **reasons},
            ],
            "suspendService": [planned], "resumeService": [reasons, {"suspension": ids["suspensions"][0], **reasons}],
            "changeSuspension": [{"until": "2030-12-09T00:00:00+08:00", **reasons}, {"until": None, **reasons}],
            "controlDepartment": [{"paused": False, **reasons}, {"limits": {"concurrency": 9, "rate_per_second": 99.5}, **reasons}],
            "lookUpApplications": [{"id_type": "111", "id_number": "500152199001010018"}],
            "createKey": [{"role": "auditor", "name": "fuzz"}],
            "askRealEstateHousingHoldings": [{
                "request": {"name": "张伟", "id_number": "500152199001010018", "purpose": "购房资格核验", "asked_by": "1 号窗"},
                "purpose": "购房资格核验",
            }],
        },
    }  # fmt: skip


def _post(installation: Installation, path: str, body: object, role: str = "front-end") -> dict[str, Any]:
    headers = {
        "Authorization": f"Bearer {installation.key(role)}", "Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4()),
    }  # fmt: skip
    try:
        with urlopen(
            Request(f"http://127.0.0.1:{installation.port}{path}", data=json.dumps(body).encode(), headers=headers), timeout=PATIENCE
        ) as answer:
            said: dict[str, Any] = json.load(answer)
    except HTTPError as error:
        with error:
            said = json.load(error)
    return said
