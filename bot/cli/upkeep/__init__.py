"""What commands that keep an installation alive share."""
