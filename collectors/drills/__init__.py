"""The incidents that can be practised, one file each: what their contacts do, as records that enter by the collector door."""
