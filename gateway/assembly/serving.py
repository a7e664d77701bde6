"""The interface and the pages served by the settings: bounds, limits and sockets."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from gateway.api import ApiLimits, build_app
from gateway.api.health import metrics_app
from gateway.api.listen import Listening, listen
from gateway.texts.bounds import Bounds
from gateway.web.site import add_site

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.api import ApiParts
    from gateway.installation.settings import Settings


def bounds_of(settings: Settings) -> Bounds:
    """The bounds of one body."""
    return Bounds(
        members=settings.body_members,
        values=settings.body_values,
        depth=settings.body_depth,
        name_length=settings.body_name_length,
        errors=settings.listed_errors,
    )


def limits_of(settings: Settings) -> ApiLimits:
    """Give the limits of a request, a key and an address."""
    return ApiLimits(
        body_bytes=settings.body_bytes,
        callback_bytes=settings.callback_bytes,
        bounds=bounds_of(settings),
        key_requests=settings.key_requests,
        key_seconds=settings.key_seconds,
        key_concurrency=settings.key_concurrency,
        key_streams=settings.key_streams,
        failures=settings.failed_credentials,
        failure_seconds=settings.failed_credentials_seconds,
        trusted_proxies=settings.trusted_proxies,
        forwarded_header=settings.forwarded_header,
    )


async def serve_api(stack: AsyncExitStack, parts: ApiParts, settings: Settings, *, socket: Path, tcp: bool, metrics: bool) -> Listening:
    """Serve a unix socket until the stack ends, with ``tcp`` the port, too, with ``metrics`` the port for those if one is set."""
    limits = parts.limits
    port = settings.port if tcp else None
    app = build_app(parts)
    add_site(app, parts)
    listening = await listen(app, host=settings.host, port=port, socket_path=socket, limits=limits)
    stack.push_async_callback(listening.close)
    if metrics and settings.metrics_port is not None:
        host, port = settings.metrics_host, settings.metrics_port
        beside = await listen(metrics_app(parts), host=host, port=port, socket_path=None, limits=limits)
        stack.push_async_callback(beside.close)
    return listening
