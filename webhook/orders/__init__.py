"""New orders, single and composite, and what is asked of orders at the broker."""
