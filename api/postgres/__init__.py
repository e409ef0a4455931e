"""The embedded PostgreSQL that makes `renxin serve` work on an empty machine."""
