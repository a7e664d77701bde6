"""A WSDL and its schemas as our description of them.

May import the rooms ``contract`` and ``samples``. Begin with ``document.py``.
"""
