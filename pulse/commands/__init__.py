"""The groups of sub-commands; one file is one group."""
