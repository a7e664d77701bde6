"""The pages measured: what a first view weighs, how soon it comes, how still it stands, and what open consoles cost."""
