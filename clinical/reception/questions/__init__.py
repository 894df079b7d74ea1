"""The questions. Adding one is adding a file with ``QUESTIONS``; ``place`` says where it stands among the others."""
