"""What operators do: repairs, controls, moves to another definition; with rooms for jobs, keys, explanations and what a node watches.

May import the dispatch and all below it. Begin with ``repairs.py``.
"""
