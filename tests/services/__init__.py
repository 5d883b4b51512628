"""Services of other companies, as emulators that tests start."""
