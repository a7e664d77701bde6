"""Words of the model that people read."""

from __future__ import annotations

from gateway.model.service import Text

SERVICE_CENTRE = Text(zh="政务服务中心", en="Service centre")
