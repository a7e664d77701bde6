"""The writer of a new adapter's project from a department's contract: ``gateway new-adapter``.

A contract is read into a description (``wsdl``, ``openapi``), the description becomes models and samples, and templates make a project of
them. Anything that the contract does not tell is a gap, which is reported with its place and marked in the project.
"""
