"""What moves an application: the catalogue, intake, the plan, the dispatcher, outcomes, limits and timers."""
