"""Acts of operators: repairs, controls, moves to another definition. Rooms for jobs, keys, explanations and watches lie within.

May import the dispatch and all below it. Begin with ``repairs.py``.
"""
