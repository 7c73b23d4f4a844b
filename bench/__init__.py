"""Benchmarks: each file measures one limit of the design beside its rival, on loopback and unix sockets only."""
