"""What a user builds: a stack with contacts and conditions, of a kind that knows its questions."""
