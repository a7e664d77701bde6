"""The HTTP interface that other systems use, one file a resource, and the document that describes it."""

from gateway.api.http.parts import ApiLimits, ApiParts
from gateway.api.server import build_app

__all__ = ["ApiLimits", "ApiParts", "build_app"]
