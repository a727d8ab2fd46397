"""Hourglass: explore what autoencoders learn."""

from autoencoders.inference import Engine, Scores, available_models, load

__all__ = ["Engine", "Scores", "available_models", "load"]
