"""The same job done by other engines, each in its documented best set-up: what ``make bench-peers`` puts beside the gateway."""
