"""Our claims about speed, printed by one command as ratios measured in one run."""
