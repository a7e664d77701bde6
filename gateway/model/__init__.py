"""What we talk about: records, states, outcomes and errors. Imports nothing of ours."""
