"""Reads beside the writer, for the interface, the metrics and the operators.

May import the writer and all below it. Begin with ``insights.py``.
"""
