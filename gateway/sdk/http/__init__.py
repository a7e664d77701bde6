"""One HTTP conversation with a department, whatever is spoken over it: deadline, bodies, TLS, what may have left.

Begin with ``wire.py``.
"""
