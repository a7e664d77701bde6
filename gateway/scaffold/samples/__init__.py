"""Sample values that a contract's types take.

May import the room ``contract``. Begin with ``sampling.py``.
"""
