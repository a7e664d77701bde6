"""Equipment of the suite's tests: the department's side, a proxy that loses replies, and what went over the wire.

Begin with ``stage.py``.
"""
