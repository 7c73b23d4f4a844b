"""The live way: records in Redis, the fold, and the one Board everybody reads."""
