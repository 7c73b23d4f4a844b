"""One file is one rule kind; pure; its name is the `kind` in pulse.toml."""
