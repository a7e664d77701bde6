"""The things we talk about: records, states, outcomes and errors. Imports nothing of ours."""
