"""An article with its layers, for people to look at: in the terminal, and as a picture."""

from .picture import draw
from .terminal import describe_event, describe_quote, paint

__all__ = ["describe_event", "describe_quote", "draw", "paint"]
