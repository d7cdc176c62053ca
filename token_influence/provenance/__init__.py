"""What determined a result: the identity of its code, checksums of its inputs, records beside it."""
