"""What a study takes in time, memory and disk, estimated before it runs."""
