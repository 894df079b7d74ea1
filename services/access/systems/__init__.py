"""Systems that sign in by signing: SMART App Launch 2.2, Backend Services with private_key_jwt."""
