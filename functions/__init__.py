"""What Step Functions and the API run outside the API function."""
