"""Gifts, campaigns and books of an association for the promotion of learning."""

import gc

gc.set_threshold(50_000, 20, 20)  # thousands of classes and columns are made at the start, and none of them is garbage
