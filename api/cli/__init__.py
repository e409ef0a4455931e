"""The command line `renxin`: one module per command and its arguments."""
