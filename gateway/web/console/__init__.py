"""The console: the pages of operators, auditors, supervisors and the administrator, a room for each thing they look at.

Begin with ``screens.py``, which makes a page of a view, then ``menu.py``.
"""
