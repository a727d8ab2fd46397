"""What the app is measured with: ``python -m autoencoders bench drag`` and ``bench atlas``."""
