"""The stand-in for Beamery."""
