"""The pages on which a draft is filled in: who applies, the form, the papers that were brought."""
