"""What a client does themselves: closing, cancelling and changing."""
