"""Explanations in words of a delivery's standing and of what happens next.

May import the cases and all below them. Begin with ``delivery.py``.
"""
