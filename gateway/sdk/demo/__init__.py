"""Three imaginary departments, as examples and to test the suite with: one succeeds, one refuses properly, one is broken on order.

They are not among the entry points, so that a gateway knows them only where a plugin registers them.
"""

from gateway.sdk.demo.broken import Broken, BrokenOptions
from gateway.sdk.demo.succeeds import Refuses, Succeeds
from gateway.sdk.demo.ways import WAYS, Mistake

__all__ = ["WAYS", "Broken", "BrokenOptions", "Mistake", "Refuses", "Succeeds"]
