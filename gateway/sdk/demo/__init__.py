"""Three departments that do not exist, to look at and to test tests with: one succeeds, one refuses properly, one is broken on order.

They are not among the entry points: a gateway knows them only where a plugin of its own registers them.
"""

from gateway.sdk.demo.broken import Broken, BrokenOptions
from gateway.sdk.demo.refuses import Refuses
from gateway.sdk.demo.succeeds import Succeeds
from gateway.sdk.demo.ways import WAYS, Mistake

__all__ = ["WAYS", "Broken", "BrokenOptions", "Mistake", "Refuses", "Succeeds"]
