"""Many deliveries sent again at once: what would happen first, then the job that does it, followed and stopped."""
