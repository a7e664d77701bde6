"""What a node looks after while it runs: that it is seen alive, and that no case is silent.

May import the jobs and all below them. Begin with ``watchdog.py``.
"""
