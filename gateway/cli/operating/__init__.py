"""Commands of whoever operates an installation.

May import the room ``terminal``. Begin with ``check.py``.
"""
