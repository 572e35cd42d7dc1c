"""Positions, holdings, funds, margin, and profit and loss."""
