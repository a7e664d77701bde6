"""Watches of a running node: that others see it alive, and that no case is silent.

May import the jobs and all below them. Begin with ``watchdog.py``.
"""
