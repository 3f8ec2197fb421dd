"""The credit domain, pure: values and functions. No clock, no network, no database lives here."""
