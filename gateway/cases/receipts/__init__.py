"""Receipts of what was handed in (收件凭证): each party's query code and link, issued, issued again, and followed by.

May import the filing of cases and all below it. Begin with ``receipt.py``.
"""
