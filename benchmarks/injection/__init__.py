"""Orders hidden in what customers write, a model that obeys, and a watch over the replies."""
