"""The departments that come with the gateway. Each is a plugin like anybody's, found through its entry point."""
