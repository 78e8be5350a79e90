"""What should be different about one person: pure functions of a PersonView and the settings, without I/O or clock.

Each policy module offers `propose(view, policies) -> Proposal`; sync.decide gathers the proposals into changes.
"""
