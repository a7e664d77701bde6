"""Simulated departments: real HTTP servers that answer by a contract, remember like the real ones and misbehave on demand.

A plugin's ``sandbox.py`` imports this package and nothing else of ours. An adapter never imports it.
"""

from gateway.sdk.sandbox.base import Sandbox, serve_sandboxes
from gateway.sdk.sandbox.behaviour import SandboxContext, json_response, problem_response
from gateway.sdk.sandbox.contract import Contract
from gateway.sdk.sandbox.faults import FAULT_NAMES, Fault
from gateway.sdk.sandbox.ledger import Decision, Effect
from gateway.sdk.sandbox.rest import RestSandbox
from gateway.sdk.sandbox.sampled import SampledRestSandbox, SampledSoapSandbox, SampleReplies
from gateway.sdk.sandbox.settings import CHINA, Wait

__all__ = [
    "CHINA",
    "FAULT_NAMES",
    "Contract",
    "Decision",
    "Effect",
    "Fault",
    "RestSandbox",
    "SampleReplies",
    "SampledRestSandbox",
    "SampledSoapSandbox",
    "Sandbox",
    "SandboxContext",
    "Wait",
    "json_response",
    "problem_response",
    "serve_sandboxes",
]
