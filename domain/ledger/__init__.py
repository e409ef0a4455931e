"""The ledger 台账: events, checkpoints, seals, proofs, exports, and their verification."""
