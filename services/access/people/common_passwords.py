"""Passwords of 12 characters and more that are tried first, in English and in the languages where we begin."""

WORDS = (
    "password", "passw0rd", "pass", "lozinka", "sifra", "šifra", "fjalekalim", "fjalëkalim", "лозинка", "шифра",
    "welcome", "dobrodosli", "mireseerdhe", "letmein", "admin", "administrator", "changeme", "qwerty", "qwertz",
    "qwertyuiop", "qwertzuiop", "asdfghjkl", "iloveyou", "volimte", "tedua", "sunshine", "princess", "football",
    "fudbal", "futboll", "crvenazvezda", "partizan", "dinamo", "hajduk", "throughcare", "methadone", "metadon",
    "zatvor", "burgu", "bolnica", "spital", "ministarstvo", "doktor", "medicinskasestra", "prison", "hospital",
)  # fmt: skip

ENDINGS = ("", "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "!", "123!", "2024", "2025", "2026", "2027")  # fmt: skip

TYPED = frozenset(
    {
        "123456789012", "1234567890123", "12345678901234", "098765432109", "111111111111", "000000000000",
        "qwerty123456", "1q2w3e4r5t6y", "1qaz2wsx3edc", "q1w2e3r4t5y6", "zaq12wsxcde3", "abcdefghijkl",
        "abcdefghijklm", "abcd12345678", "abcdef123456", "a1b2c3d4e5f6", "correcthorsebatterystaple",
        "qwertyuiop123", "asdfghjkl123", "passwordpassword", "lozinkalozinka", "adminadminadmin",
    }
)  # fmt: skip

COMMON = TYPED | {word + ending for word in WORDS for ending in ENDINGS}
"""Without case."""
