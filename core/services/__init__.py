"""The use cases: each loads what it needs, applies the pure rules, and commits."""
