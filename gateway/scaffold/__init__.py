"""Writes the project of a new adapter from a department's contract: ``gateway new-adapter``.

A contract is read into a description (``wsdl``, ``openapi``), the description becomes models and samples, and templates make a project of
them. Whatever cannot be told from the contract is a gap: said, with its place, and left as a marked place in what is written.
"""
