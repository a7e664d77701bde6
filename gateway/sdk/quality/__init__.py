"""The maturity of an adapter as data: ``quality.yaml`` states it rule by rule, and a machine verifies all that it can.

:data:`gateway.sdk.quality.scale.RULES` holds the rules and their tiers, from which ``docs/quality.md`` is made.
"""

from gateway.sdk.quality.judge import UNRATED, Quality, read_quality
from gateway.sdk.quality.scale import RULES, QualityRule, Tier

__all__ = ["RULES", "UNRATED", "Quality", "QualityRule", "Tier", "read_quality"]
