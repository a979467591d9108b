"""Readers of network files: TOML (`networks`), and the command that analyses one."""
