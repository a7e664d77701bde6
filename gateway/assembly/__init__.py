"""The only place where all parts are put together, begun, reloaded and ended.

May import everything but the commands. Begin with ``app.py``.
"""
