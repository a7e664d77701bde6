"""The console's pages of services: which take applications now, and which do not."""
