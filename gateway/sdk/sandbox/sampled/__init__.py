"""Sandboxes that answer from sample files, before anybody has written how they decide.

Begin with ``sampled_rest.py``.
"""
