"""The departments that come with the gateway: each a plugin like anybody's, found through its entry point."""
