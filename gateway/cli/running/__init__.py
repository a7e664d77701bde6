"""Commands that stay up or make something to start from: serve, sandbox, demo, init, new-adapter.

May import every other room of the command. Begin with ``serve.py``.
"""
