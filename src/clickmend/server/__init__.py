"""The local page and its HTTP interface: one photo, clicks, a mask. Binds to loopback."""
