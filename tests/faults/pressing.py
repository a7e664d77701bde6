"""A node at which a clerk begins drafts and files them, told line by line what to do.

``begin``, or ``file`` and a draft's id, or ``lose`` and one: then it is killed with the answer in its hands.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from gateway.assembly.app import install, running
from gateway.cases.caller import CLERK, Caller
from gateway.cases.drafts.drafts import Drafts
from gateway.catalogue.drawing.posted import flat
from gateway.installation.settings import load_settings
from gateway.model.identifiers import new_id
from tests.faults.installation import sample

#: The service that is drafted, each of whose departments does one thing.
SERVICE = "house-transfer"
#: The beginning of an answer, which tells it from the lines of the log.
TOLD = "told"


async def main(socket: Path, login: str) -> None:
    """Do what is said until there is no more."""
    clerk = Caller(id=new_id(), name=login, role=CLERK, user=f"user:{login}", group="hall")
    async with running(install(load_settings()), dispatch=False, serve=False, socket=socket) as gateway:
        _tell("ready")
        while line := (await asyncio.to_thread(sys.stdin.readline)).split():
            _tell(await _do(gateway.parts.drafts, clerk, *line))


async def _do(drafts: Drafts, clerk: Caller, act: str, draft_id: str = "") -> str:
    if act == "begin":
        document = sample(SERVICE)
        typed = {p: text for part in ("applicant", "agent", "data") for p, text in flat(document.get(part), f"/{part}").items()}
        return (await drafts.begin(SERVICE, clerk, typed)).id
    filed = await drafts.file(draft_id, clerk, "en")
    if act == "lose":
        os.kill(os.getpid(), signal.SIGKILL)
    return f"{filed.application_id} {filed.created}"


def _tell(answer: str) -> None:
    sys.stdout.write(f"{TOLD} {answer}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
