"""Pages of applicants, merchants and reviewers."""
