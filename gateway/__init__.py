"""One-Stop Gateway: one application, every department it needs."""

__version__ = "0.1.0"
