"""Families of decay and their least-squares fits, on arrays alone."""
