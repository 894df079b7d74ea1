"""Security keys and passkeys (W3C Web Authentication, level 2): registering one, and signing in with it."""
