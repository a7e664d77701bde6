"""Repairs of many deliveries at once: asked for, worked a chunk at a time, ended.

May import the operations beside it. Begin with ``jobs.py``.
"""
