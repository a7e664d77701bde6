"""Adapters as a team has them: generated from a contract, the marked places filled in, importable."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import SecretStr

from gateway.sdk import Call, Connection, Department, Options, Outcome
from tests.gateway.scaffold.projects import written

_TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_PASSWORD = "s3cret"

#: What is filled in of residence.wsdl: pieces of what was generated (patterns) and what stands there afterwards.
RESIDENCE = {
    r"^from gateway\.sdk\.soap import ": (
        "from datetime import timedelta\n\nfrom gateway.sdk import Accepted, Safe\n"
        "from gateway.sdk.soap import UsernameToken\nfrom gateway.sdk.soap import "
    ),
    r"secret_names = \(\) .*": 'secret_names = ("username", "password")',
    r"# security=(UsernameToken\(.*), digest=True\),": r"security=\1),",
    r"(_REGISTER_REFUSALS: frozenset\[str\]) = frozenset\(\)": r'\1 = frozenset({"refused"})',
    r"resend=Never\(\)": "resend=Safe(remembered=timedelta(days=30))",
    r"return Rejected\(code=fault\.name, reason=fault\.text\)": 'return Rejected(code=fault.values["code"], reason=fault.values["reason"])',
    r'\{"office": "sample"\}': '{"office": "一号窗口"}',
    r"office=reply\.office": (
        'office=f"{reply.office} {reply.applicant.id_type} {reply.applicant.born} {reply.applicant.left_on} {reply.fee.value_1:.2f} "\n'
        '                f"{reply.fee.currency} {[(one.title, one.pages) for one in reply.document]}"'
    ),
    r"^        return Approved\(": (
        '        if reply.state == "refused":\n            return Rejected(code="refused", reason=reply.note or "")\n'
        '        if reply.state == "accepted":\n            return Accepted(reference=reply.number)\n        return Approved('
    ),
}


def fill_in(file: Path, changes: Mapping[str, str]) -> None:
    """Change a generated file; each pattern must be found, or what a team would fill in is not there any more."""
    text = file.read_text("utf-8")
    for pattern, replacement in changes.items():
        text, found = re.subn(pattern, replacement, text, flags=re.MULTILINE)
        assert found, f"{file.name} has nothing like {pattern}"
    file.write_text(text, "utf-8")


@dataclass(frozen=True, slots=True)
class Adapter:
    """The adapter of a project, with its models."""

    project: Path
    department: type[Department]
    requests: ModuleType

    @asynccontextmanager
    async def opened(self, endpoint: str, *, password: str = _PASSWORD, deadline: float = 10) -> Any:
        """The department at ``endpoint``, opened; closed after the block."""
        secrets = {name: SecretStr({"username": "window"}.get(name, password)) for name in self.department.secret_names}
        connection = Connection(
            name="foreign",
            endpoint=endpoint,
            secrets=secrets,
            options=Options(),
            deadline=deadline,
            max_reply_bytes=2 << 20,
            concurrency=4,
        )
        department = self.department(connection)
        await department.open()
        try:
            yield department
        finally:
            await department.close()

    @staticmethod
    def call(operation: str) -> Call:
        """A call as the router makes it."""
        return Call(operation=operation, key="k-1", attempt=1, deadline=10, traceparent=_TRACE)

    async def submit(self, endpoint: str, operation: str, request: Mapping[str, Any], **more: Any) -> Outcome:
        """One application, handed to the department at ``endpoint``."""
        described = next(one for one in self.department.operations if one.name == operation)
        async with self.opened(endpoint, **more) as department:
            outcome: Outcome = await department.submit(self.call(operation), described.request.model_validate(request))
            return outcome


@contextmanager
def adapters(folder: Path) -> Iterator[Callable[..., Adapter]]:
    """Makes adapters below ``folder``; they are importable until the end of the block."""
    paths: list[str] = []

    def make(contract: Path, name: str, changes: Mapping[str, str] | None = None) -> Adapter:
        project = written(contract, name, folder / name).folder
        fill_in(project / "src" / f"{name}_adapter" / "adapter.py", changes or {})
        sys.path.insert(0, str(project / "src"))
        paths.append(str(project / "src"))
        module = importlib.import_module(f"{name}_adapter.adapter")
        made = (one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__)
        found = next(one for one in made if issubclass(one, Department))
        return Adapter(project, found, importlib.import_module(f"{name}_adapter.requests"))

    yield make
    for path in paths:
        sys.path.remove(path)
