"""Other engines on the same job, each in its documented best set-up, for ``make bench-peers`` to compare with the gateway."""
