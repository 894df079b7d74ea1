"""What every service shares: settings aside, the shell around each page and each answer."""
