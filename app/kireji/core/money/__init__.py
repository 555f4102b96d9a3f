"""What reviews cost: ledger, budget, estimate. Begin with `ledger`."""
