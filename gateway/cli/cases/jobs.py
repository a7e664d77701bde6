"""``gateway jobs``, and ``gateway retry`` of many deliveries: begun, followed, stopped."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Annotated, NoReturn

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gateway.cli.cases import texts
from gateway.cli.terminal import texts as shared
from gateway.cli.terminal.client import PAGE, Client
from gateway.cli.terminal.exits import Exit, Unreachable
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import Rows, coloured, console, print_json, time_word
from gateway.cli.terminal.place import ask, listens, speak
from gateway.cli.terminal.words import say, state_word
from gateway.installation.settings import load_settings
from gateway.model import JsonObject, JsonView
from gateway.model.code_names import JOB_RESULTS

#: Seconds between two looks at a job that is followed.
_EVERY = 1.0

app = typer.Typer(invoke_without_command=True)


@app.callback()
def jobs(
    context: typer.Context,
    *,
    limit: Annotated[int, typer.Option(min=1, max=PAGE, help=texts.MOST_HELP)] = 20,
    as_json: JsonOption = False,
) -> None:
    """List the jobs, newest first."""
    if context.invoked_subcommand is not None:
        return
    found = ask("GET", "/v1/jobs", params={"limit": str(limit)})["items"]
    if as_json:
        print_json(found)
        return
    rows = [
        (j["id"], coloured(j["state"]), j["selected"], time_word(j["created_at"]), time_word(j["ended_at"]), _words(j["filter"]))
        for j in found
    ]
    console().print(Rows(texts.JOBS, rows))


JobId = Annotated[str, typer.Argument(help=texts.JOB_HELP, metavar="JOB")]


@app.command(help=texts.SHOW_JOB_HELP)
def show(
    job: JobId,
    *,
    follow: Annotated[bool, typer.Option("--follow", help=texts.FOLLOW_HELP)] = False,
    as_json: JsonOption = False,
) -> None:
    """Show a job: what it has done, and where those deliveries stand now."""
    path = f"/v1/jobs/{job}"
    if not follow:
        _shown(ask("GET", path), as_json=as_json)
        return
    followed = Following()
    try:
        _shown(speak(lambda client: followed.join(client, path)), as_json=as_json)
    except KeyboardInterrupt:
        followed.left()


@app.command(help=texts.STOP_JOB_HELP)
def stop(job: JobId, *, as_json: JsonOption = False) -> None:
    """Stop a job: what it has not released stays where it stands."""
    _shown(ask("POST", f"/v1/jobs/{job}/stop"), as_json=as_json)


@app.command(help=texts.JOB_DELIVERIES_HELP)
def deliveries(
    job: JobId,
    *,
    result: Annotated[str | None, typer.Option(help=texts.RESULT_HELP)] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help=texts.MOST_HELP)] = 50,
    as_json: JsonOption = False,
) -> None:
    """Show the acts of a job on each delivery, in order of arrival, and where it stands now."""
    asked = {} if result is None else {"result": result}
    found = speak(lambda client: client.pages(f"/v1/jobs/{job}/deliveries", asked, limit))["items"]
    if as_json:
        print_json(found)
        return
    rows = [(d["delivery_id"], d["department"], d["result"], coloured(d["state"]), d["problem"]) for d in found]
    console().print(Rows(texts.JOB_DELIVERIES, rows))


def retry_many(wanted: JsonView, *, dry_run: bool, reason: str | None, key: str | None, wait: bool, as_json: bool) -> None:
    """Send again what fits: tell the effect beforehand, or begin a job and follow it to its end (ctrl-c leaves it running)."""
    body: JsonObject = {"filter": dict(wanted), "dry_run": dry_run, "reason": reason}
    if dry_run:
        foreseen = ask("POST", "/v1/deliveries/retry", body=body)
        print_json(foreseen) if as_json else _foreseen(foreseen)
        return
    followed = Following()
    try:
        done = speak(lambda client: followed.begin(client, body, key or str(uuid.uuid4()), wait=wait))
    except KeyboardInterrupt:
        followed.left()
    _shown(done, as_json=as_json)


class Following:
    """A job that is followed. ``job`` is its id once it is known."""

    def __init__(self) -> None:
        self.job: str | None = None

    def left(self) -> NoReturn:
        """Tell how to go on with a job that was left running, and end the command."""
        if self.job is not None:
            typer.echo(texts.job_goes_on(self.job), err=True)
        raise typer.Exit(Exit.OPEN)

    async def begin(self, client: Client, body: JsonView, key: str, *, wait: bool) -> JsonObject:
        """Begin the job, and follow it when a gateway runs to work it."""
        running = await listens(load_settings().socket)
        try:
            job = await client.call("POST", "/v1/deliveries/retry", body=orjson.dumps(body), headers={"Idempotency-Key": key})
        except Unreachable as error:
            raise Unreachable(error.place, f"{error.detail}; {texts.may_have_begun(key)}") from error
        self.job = job["id"]
        if not running:
            typer.echo(texts.JOB_BEGINS_LATER, err=True)
        return await self._follow(client, job) if wait and running else job

    async def join(self, client: Client, path: str) -> JsonObject:
        """Follow one that has been begun before."""
        job = await client.get(path)
        self.job = job["id"]
        return await self._follow(client, job)

    async def _follow(self, client: Client, job: JsonObject) -> JsonObject:
        shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*shown, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(job["id"], total=job["selected"])
            while job["state"] == "running":
                await asyncio.sleep(_EVERY)
                job = await client.get(f"/v1/jobs/{job['id']}")
                progress.update(task, completed=job["looked_at"], description=_standing(job["now"]))
        return job


def _foreseen(foreseen: JsonView) -> None:
    rows: list[tuple[object, ...]] = [(p["department"], coloured(p["state"]), _result(p["would"]), p["count"]) for p in foreseen["items"]]
    rows.append((texts.IN_ALL, "", "", foreseen["selected"]))
    console().print(Rows(texts.FORESEEN, rows))


def _shown(job: JsonView, *, as_json: bool) -> None:
    if as_json:
        print_json(job)
        return
    out = console()
    ended = f" · {time_word(job['ended_at'])}" if job["ended_at"] else ""
    out.print(f"{shared.JOB}  {job['id']} · ", coloured(job["state"]), f" · {time_word(job['created_at'])}{ended}", sep="")
    out.print(f"{texts.FILTER}  {_words(job['filter'])}", markup=False)
    out.print(f"{texts.BEGUN_BY}  {job['name'] or job['actor']}", markup=False)
    if job["reason"]:
        out.print(f"{texts.REASON}  {job['reason']}", markup=False, soft_wrap=True)
    if job["stopped_by"]:
        out.print(f"{texts.STOPPED_BY}  {job['stopped_by']}", markup=False)
    results = {"released": job["released"], **job["passed_over"], **({"moved_on": job["moved_on"]} if job["moved_on"] else {})}
    rows = [(texts.SELECTED, job["selected"]), *((_result(name), count) for name, count in results.items())]
    out.print(Rows(texts.JOB_RESULTS, rows))
    if job["now"]:
        out.print(f"{texts.RELEASED_NOW}  {_standing(job['now'])}", markup=False)


def _result(name: str) -> str:
    known = JOB_RESULTS.get(name)
    return say(*known) if known else name


def _standing(now: Mapping[str, int]) -> str:
    return " · ".join(f"{state_word(state)} {count}" for state, count in now.items())


def _words(asked: JsonView) -> str:
    return " ".join(f"{name}={','.join(value) if isinstance(value, list) else value}" for name, value in asked.items())
