"""One file is one way out; its name is the `kind` in pulse.toml."""
