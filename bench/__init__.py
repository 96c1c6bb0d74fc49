"""Measurements that hold the promises of speed, as ratios within one run. See README.md."""
