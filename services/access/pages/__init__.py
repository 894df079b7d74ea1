"""The pages on which people sign in, unlock a tablet, and look after their own account; and who calls a page's route."""
