"""The hosted checkout page: what a payer sees who comes from a shop."""
