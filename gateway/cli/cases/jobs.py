"""``gateway jobs``, and ``gateway retry`` of many deliveries: begun, followed, stopped."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from gateway.cli.cases.applications import JsonOption
from gateway.cli.terminal.exits import Exit, Unreachable
from gateway.cli.terminal.output import Json, coloured, console, print_json, table, time_word
from gateway.cli.terminal.words import say, state_word
from gateway.model.code_names import JOB_RESULTS

if TYPE_CHECKING:
    from gateway.cli.terminal.client import Client

#: Seconds between two looks at a job that is followed.
_EVERY = 1.0
_PAGE_LARGEST = 200

app = typer.Typer(invoke_without_command=True, help="Repairs of many deliveries · 批量重试任务")


@app.callback()
def jobs(
    context: typer.Context,
    *,
    limit: Annotated[int, typer.Option(min=1, max=_PAGE_LARGEST, help="At most so many · 最多条数")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List the jobs, newest first · 列出批量任务."""
    if context.invoked_subcommand is not None:
        return
    found = asyncio.run(_call("GET", "/v1/jobs", {"limit": str(limit)}))["items"]
    if as_json:
        print_json(found)
        return
    columns = [
        say("任务", "job"),
        say("状态", "state"),
        say("条数", "selected"),
        say("开始", "begun"),
        say("结束", "ended"),
        say("条件", "filter"),
    ]
    rows = [
        (j["id"], coloured(j["state"]), j["selected"], time_word(j["created_at"]), time_word(j["ended_at"]), _words(j["filter"]))
        for j in found
    ]
    console().print(table(columns, rows))


JobId = Annotated[str, typer.Argument(help="The job's id · 任务标识", metavar="JOB")]


@app.command()
def show(
    job: JobId,
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Until it ends · 跟随到结束")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show a job: what it has done, and where those deliveries stand now · 查看任务."""
    path = f"/v1/jobs/{job}"
    if not follow:
        _shown(asyncio.run(_call("GET", path)), as_json=as_json)
        return
    followed = Following()
    try:
        _shown(asyncio.run(followed.join(path)), as_json=as_json)
    except KeyboardInterrupt:
        followed.left()


@app.command()
def stop(job: JobId, *, as_json: JsonOption = False) -> None:
    """Stop a job: what it has not released stays where it stands · 停止任务."""
    _shown(asyncio.run(_call("POST", f"/v1/jobs/{job}/stop")), as_json=as_json)


@app.command()
def deliveries(
    job: JobId,
    *,
    result: Annotated[str | None, typer.Option(help="released, never, key_forgotten, … · 结果")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="At most so many · 最多条数")] = 50,
    as_json: JsonOption = False,
) -> None:
    """What a job did to each delivery, in order of arrival, and where it stands now · 逐条结果."""
    found = asyncio.run(_deliveries(job, result, limit))
    if as_json:
        print_json(found)
        return
    columns = [say("交办", "delivery"), say("部门", "department"), say("结果", "result"), say("现状", "state"), say("故障", "problem")]
    console().print(table(columns, [(d["delivery_id"], d["department"], d["result"], coloured(d["state"]), d["problem"]) for d in found]))


async def _deliveries(job: str, result: str | None, limit: int) -> list[Json]:
    from gateway.cli.terminal.place import with_gateway

    found: list[Json] = []
    asked = {} if result is None else {"result": result}
    async with with_gateway() as client:
        while True:
            page = await client.get(f"/v1/jobs/{job}/deliveries", {**asked, "limit": str(min(_PAGE_LARGEST, limit - len(found)))})
            found += page["items"]
            if page["next"] is None or len(found) >= limit:
                return found
            asked["cursor"] = page["next"]


async def _call(method: str, path: str, params: Mapping[str, str] | None = None) -> Json:
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        return await client.call(method, path, params=params)


def retry_many(wanted: Mapping[str, Any], *, dry_run: bool, reason: str | None, key: str | None, wait: bool, as_json: bool) -> None:
    """Send again what fits: tell the effect beforehand, or begin a job and follow it to its end (ctrl-c leaves it running)."""
    body: Json = {"filter": dict(wanted), "dry_run": dry_run, "reason": reason}
    if dry_run:
        foreseen = asyncio.run(_post("/v1/deliveries/retry", body, {}))
        print_json(foreseen) if as_json else _foreseen(foreseen)
        return
    followed = Following()
    try:
        done = asyncio.run(followed.begin(body, key or str(uuid.uuid4()), wait=wait))
    except KeyboardInterrupt:
        followed.left()
    _shown(done, as_json=as_json)


async def _post(path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Json:
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        return await client.call("POST", path, body=orjson.dumps(body), headers=headers)


class Following:
    """A job that is followed. ``job`` is its id once it is known."""

    def __init__(self) -> None:
        self.job: str | None = None

    def left(self) -> None:
        """Tell how to go on with a job that was left running, and end the command."""
        if self.job is None:
            raise typer.Exit(Exit.OPEN)
        zh = f"任务继续进行。查看：gateway jobs show {self.job} --follow；停止：gateway jobs stop {self.job}"
        en = f"The job goes on. Follow it: gateway jobs show {self.job} --follow; stop it: gateway jobs stop {self.job}"
        typer.echo(say(zh, en), err=True)
        raise typer.Exit(Exit.OPEN)

    async def begin(self, body: Mapping[str, Any], key: str, *, wait: bool) -> Json:
        """Begin the job, and follow it when a gateway runs to work it."""
        from gateway.cli.terminal.place import is_running, with_gateway

        running = await is_running()
        async with with_gateway() as client:
            try:
                job = await client.call("POST", "/v1/deliveries/retry", body=orjson.dumps(body), headers={"Idempotency-Key": key})
            except Unreachable as error:
                again = say(
                    f"不确定是否已开始；请用 --key {key} 重新执行，不会重复",
                    f"it may have begun: repeat with --key {key}, it never begins twice",
                )
                raise Unreachable(error.place, f"{error.detail}; {again}") from error
            self.job = job["id"]
            if not running:
                typer.echo(
                    say("网关没有运行；任务已登记，启动后自动进行。", "No gateway runs: the job is kept and begins when one does."),
                    err=True,
                )
            return await self._follow(client, job) if wait and running else job

    async def join(self, path: str) -> Json:
        """Follow one that has been begun before."""
        from gateway.cli.terminal.place import with_gateway

        async with with_gateway() as client:
            job = await client.get(path)
            self.job = job["id"]
            return await self._follow(client, job)

    async def _follow(self, client: Client, job: Json) -> Json:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*shown, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(job["id"], total=job["selected"])
            while job["state"] == "running":
                await asyncio.sleep(_EVERY)
                job = await client.get(f"/v1/jobs/{job['id']}")
                progress.update(task, completed=job["looked_at"], description=_standing(job["now"]))
        return job


def _foreseen(foreseen: Mapping[str, Any]) -> None:
    columns = [say("部门", "department"), say("状态", "state"), say("会怎样", "what would happen"), say("条数", "deliveries")]
    rows: list[tuple[object, ...]] = [(p["department"], coloured(p["state"]), _result(p["would"]), p["count"]) for p in foreseen["items"]]
    rows.append((say("合计", "in all"), "", "", foreseen["selected"]))
    console().print(table(columns, rows))


def _shown(job: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(job)
        return
    out = console()
    ended = f" · {time_word(job['ended_at'])}" if job["ended_at"] else ""
    out.print(f"{say('任务', 'job')}  {job['id']} · ", coloured(job["state"]), f" · {time_word(job['created_at'])}{ended}", sep="")
    out.print(f"{say('条件', 'filter')}  {_words(job['filter'])}", markup=False)
    out.print(f"{say('发起', 'begun by')}  {job['name'] or job['actor']}", markup=False)
    if job["reason"]:
        out.print(f"{say('原因', 'reason')}  {job['reason']}", markup=False, soft_wrap=True)
    if job["stopped_by"]:
        out.print(f"{say('停止', 'stopped by')}  {job['stopped_by']}", markup=False)
    results = {"released": job["released"], **job["passed_over"], **({"moved_on": job["moved_on"]} if job["moved_on"] else {})}
    columns = [say("结果", "result"), say("条数", "deliveries")]
    out.print(table(columns, [(say("选中", "selected"), job["selected"]), *((_result(name), count) for name, count in results.items())]))
    if job["now"]:
        out.print(f"{say('已放行的现状', 'the released now')}  {_standing(job['now'])}", markup=False)


def _result(name: str) -> str:
    known = JOB_RESULTS.get(name)
    return say(*known) if known else name


def _standing(now: Mapping[str, int]) -> str:
    return " · ".join(f"{state_word(state)} {count}" for state, count in now.items())


def _words(asked: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={','.join(value) if isinstance(value, list) else value}" for name, value in asked.items())
