"""API keys: made, recognised, succeeded, ended, looked after.

May import the cases and all below them. Begin with ``keys.py``.
"""
