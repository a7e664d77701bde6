"""The calls of front ends: applications, deliveries, revisions, services, queries. One file a resource.

May import the rooms ``http`` and ``shapes``. Begin with ``applications.py``.
"""
