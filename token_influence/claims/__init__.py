"""What may be said of the fits: rules, verdicts, the published claims."""
