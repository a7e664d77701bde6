"""The page of trends: cases and departments over time."""
