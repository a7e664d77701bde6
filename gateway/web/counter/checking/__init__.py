"""The page on which clerk and applicant check a draft together, the same turned to the applicant, and filing."""
