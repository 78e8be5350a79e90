"""The one door to the state: every SQL statement of the project is behind a method here.

A `Store` belongs to one thread. Statements run inside `with store.transaction():` blocks, which begin immediately,
compare the lease's fence when one is held, and roll back unless the block ends well. No transaction ever spans
a network call.
"""
