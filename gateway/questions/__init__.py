"""Read-only questions to a department, answered at once and audited.

May import the cases and all below them. Begin with ``queries.py``.
"""
