"""What users' actions cost on AWS: prices, what was used, and the page that says so."""
