"""The calls of operators: departments, jobs, keys, nodes, audit, configuration. One file a resource, its shapes beside it.

May import the rooms ``http`` and ``shapes``. Begin with ``departments.py``.
"""
