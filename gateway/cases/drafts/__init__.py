"""Drafts: what a clerk types is kept at each field, found again, handed over, and filed once.

Begin with ``drafts.py``.
"""
