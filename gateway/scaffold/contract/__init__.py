"""A contract's description, whatever it is written in, and the names that are made of it.

Begin with ``description.py``.
"""
