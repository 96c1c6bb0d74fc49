"""Pages of programmes, nominations, the committee and decisions."""
