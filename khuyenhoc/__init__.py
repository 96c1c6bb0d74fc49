"""Gifts, campaigns and books of an association for the promotion of learning."""

import gc
import sys

gc.set_threshold(50_000, 20, 20)  # thousands of classes and columns are made at the start, and none of them is garbage

sys.setswitchinterval(0.0005)
# Who holds the writers' queue gives up the interpreter at each statement, and has to get it back from those who do not.
