"""Uses of what an owner approved in advance."""
