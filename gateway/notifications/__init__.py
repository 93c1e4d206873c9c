"""What merchants are told by themselves, in each interface's own way."""
