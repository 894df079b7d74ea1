"""The number of somebody whose identity is unknown or disputed: no national ID is needed for treatment to begin."""

DRAWN_BELOW = 10**8


def temporary_number(drawn: int) -> str:
    """Such as ``T-0471-9936``, from a random number below ``DRAWN_BELOW``. It tells nothing of whom it names."""
    assert 0 <= drawn < DRAWN_BELOW
    digits = f"{drawn:08}"
    return f"T-{digits[:4]}-{digits[4:]}"
