"""The suite's tests, a file a subject.

Each class is a part of ``gateway.sdk.conformance.suite``, which is where to begin.
"""
