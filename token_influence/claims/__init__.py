"""What the fits allow to say: when a power law counts as better, and whether published claims hold."""
