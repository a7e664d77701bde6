"""An OpenAPI document as our description of it.

May import the rooms ``contract`` and ``samples``. Begin with ``document.py``.
"""
