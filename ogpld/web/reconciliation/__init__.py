"""The Reconciliation Service API: which things a stranger's texts mean."""
