"""What should change: ownership, handoff, disposition, attribution, consent; plan and apply."""
