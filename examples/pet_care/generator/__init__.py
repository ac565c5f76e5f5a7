"""The invented customers of Harunowa Pet Care: who they are, what they did, what they wrote."""
