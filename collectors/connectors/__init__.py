"""One file is one connector; its name is the `kind` in pulse.toml."""
