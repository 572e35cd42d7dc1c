"""The rules of Countersign: pure functions and frozen dataclasses over the standard library."""
