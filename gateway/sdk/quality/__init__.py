"""How far an adapter is, as data: ``quality.yaml`` says it of every rule, and what a machine can verify is verified.

:data:`gateway.sdk.quality.scale.RULES` holds the rules and the tiers they belong to; ``docs/quality.md`` is made from it.
"""

from gateway.sdk.quality.judge import UNRATED, Quality, read_quality
from gateway.sdk.quality.scale import RULES, QualityRule, Tier

__all__ = ["RULES", "UNRATED", "Quality", "QualityRule", "Tier", "read_quality"]
