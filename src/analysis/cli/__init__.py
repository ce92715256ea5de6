"""Entries that let a computer run ``veiligheid refresh`` by itself, in whatever it has for that."""
