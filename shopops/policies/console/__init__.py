"""What operators see of policies: kinds, history, versions, comparison, the editor, the second person's decision."""
