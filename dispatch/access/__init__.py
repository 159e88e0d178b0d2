"""Getting in: passwords, sessions, tokens, OIDC, throttling."""
