"""Prefect: when it runs. Thin: each flow calls one function of the engine."""
