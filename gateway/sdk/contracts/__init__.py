"""Contracts as documents: OpenAPI of any 3.x as 3.1, the schemas of a WSDL, request bodies as a contract describes them.

Begin with ``openapi_document.py``.
"""
