"""The canonical model, and vendor words <-> canonical words, both ways.

`model` and `contract` are vendor-neutral; every other vendor-named module says what that vendor's payloads mean.
"""
