"""The command line: ``veiligheid`` with its verbs, its output and its messages, all in Dutch."""
