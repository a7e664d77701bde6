"""The clerk's first page: services to begin with, drafts to go on with, and the window that this browser stands at."""
