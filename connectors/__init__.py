"""Speak to a vendor: auth, paging, rate budget, retries, verbs. Vendor-shaped data in and out.

Every module that lies directly in this package is one vendor; what they share lies in `connectors.kit`.
"""
