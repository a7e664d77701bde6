"""Who may do what: the table and the one function that answers from it.

May import the callers and the model alone. Begin with ``table.py``.
"""

from gateway.cases.rights.answer import may, reach
from gateway.cases.rights.table import Act, Sight

__all__ = ["Act", "Sight", "may", "reach"]
