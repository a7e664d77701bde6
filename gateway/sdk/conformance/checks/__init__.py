"""The suite's tests, a class a subject.

Each class is a part of ``gateway.sdk.conformance.suite``, which is where to begin.
"""
