"""config.toml, the trading calendar's file and the installation's secret."""
