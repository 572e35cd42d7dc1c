"""The paper broker's instruments and contracts."""
