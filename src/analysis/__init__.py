"""What an analyst imports: ``import analysis as va``."""
