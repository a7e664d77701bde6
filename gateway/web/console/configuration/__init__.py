"""Pages of what is only shown: the configuration and the nodes, and the keys. Commands change them. Begin with ``configuration.py``."""
