"""An OpenAPI document as a sandbox holds requests to it.

Begin with ``contract.py``.
"""
