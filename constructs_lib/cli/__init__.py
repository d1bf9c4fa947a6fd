"""The command ``constructs-lib``: a file for each subcommand."""
