"""Broken rules of viral loads."""

from tests.services.demo.mutant import Mutant, Rows, Text, Value

SUPPRESSION = "cascade.measures.viral_suppression"
LABORATORY = "cascade.derive.laboratory"
THRESHOLDS = {"below_1000": 1000, "at_most_1000": 1000, "below_200": 200}


def _limit(says: str, case: str, profile: str, threshold: int) -> Mutant:
    broken = Value(SUPPRESSION, "THRESHOLDS", THRESHOLDS | {profile: threshold})
    return Mutant(says, (case,), ("viral_suppression",), (broken,))


MUTANTS = (
    _limit("suppressed is less than 50 copies", "copies_50", "below_200", 50),
    _limit("suppressed is less than 199 copies", "copies_199", "below_200", 199),
    _limit("suppressed is 200 copies or less", "copies_200", "below_200", 201),
    _limit("suppressed is less than 999 copies", "copies_999", "below_1000", 999),
    _limit("1000 copies are suppressed in every reading", "copies_1000", "below_1000", 1001),
    _limit("1000 copies are suppressed in no reading", "copies_1000", "at_most_1000", 999),
    Mutant(
        "a result written as a text is not read",
        ("below_40_as_text",),
        ("viral_suppression", "viral_load_tested"),
        (Text(LABORATORY, "LABORATORY", "lower(trim(replace(value_string, chr(160), ' ')))", "''"),),
    ),
    Mutant(
        "below a limit is at the limit",
        ("below_1000",),
        ("viral_suppression",),
        (Rows("UPDATE laboratory SET value_lo = value_hi, value_hi_open = false WHERE value_hi_open"),),
    ),
    Mutant(
        "a result that is a word is not read",
        ("not_detected",),
        ("viral_suppression", "viral_load_tested"),
        (Text(LABORATORY, "LABORATORY", "word.meaning AS word", "NULL::VARCHAR AS word"),),
    ),
    Mutant(
        "an invalid result is a test",
        ("invalid",),
        ("viral_suppression", "viral_load_tested"),
        (Rows("UPDATE laboratory SET value_lo = 0, value_hi = 'infinity' WHERE value_hi IS NULL"),),
    ),
    Mutant(
        "a logarithm is taken for copies",
        ("logarithm",),
        ("viral_suppression",),
        (Text(LABORATORY, "LABORATORY", "round(pow(10, number))", "number"),),
    ),
    Mutant(
        "an amended result is not read",
        ("amended",),
        ("viral_suppression",),
        (Text("cascade.derive.observed", "CASES", "'final', 'amended', 'corrected'", "'final'"),),
    ),
    Mutant(
        "of two specimens of one day the hour is not looked at",
        ("two_on_one_day",),
        ("viral_suppression",),
        (Rows("UPDATE laboratory SET collected_at = NULL"),),
    ),
    Mutant(
        "a viral load counts on the day of its result",
        ("collected_before_resulted_after",),
        ("viral_suppression", "viral_load_tested"),
        (Rows("UPDATE laboratory SET collected_lo = result_on, collected_hi = result_on"),),
    ),
    Mutant(
        "a viral load counts for two years",
        ("thirteen_months_ago",),
        ("viral_suppression", "viral_load_tested"),
        (Value("cascade.viral_load", "WINDOW_MONTHS", 24),),
    ),
    Mutant(
        "a viral load is expected after three months",
        ("five_months_on_art",),
        ("viral_suppression", "viral_load_tested"),
        (Value("cascade.viral_load", "LEAST_MONTHS", 3),),
    ),
)
