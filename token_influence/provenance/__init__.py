"""What determined a result: the identity of code, checksums of inputs, records beside results."""
