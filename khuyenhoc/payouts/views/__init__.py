"""Pages of paying and handing over."""
