"""The use cases, one verb each: load, judge with the pure rules, apply, commit."""
