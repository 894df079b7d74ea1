"""Broken rules of custody and of who is in the country."""

from tests.services.demo.mutant import Mutant, Rows, Text

GATE = ("oat_across_gate",)
MOVES = "cascade.derive.transition"
PLACES = "cascade.derive.setting_at"

MUTANTS = (
    Mutant(
        "a transfer is a release",
        ("same_day_transfer",),
        GATE,
        (
            Rows(
                "UPDATE transition SET kind = 'release', exit_reason = 'release_planned' WHERE kind = 'transfer'"
            ),
        ),
    ),
    Mutant(
        "only planned releases are looked at",
        ("unplanned_release",),
        GATE,
        (Rows("DELETE FROM transition WHERE exit_reason = 'release_unplanned'"),),
    ),
    Mutant(
        "who is back within a day was never out",
        ("rearrested_same_day",),
        GATE,
        (Rows("DELETE FROM transition WHERE kind = 'release' AND next_custody_on <= moved_on + 1"),),
    ),
    Mutant(
        "who is arrested again was not seen before",
        ("rearrested_within_28_days",),
        GATE,
        (Rows("UPDATE transition SET next_custody_on = moved_on WHERE next_custody_on <= moved_on + 28"),),
    ),
    Mutant(
        "a deportation is a release to the community",
        ("deported",),
        GATE,
        (Rows("UPDATE transition SET exit_reason = 'release_planned' WHERE exit_reason = 'deported'"),),
    ),
    Mutant(
        "a death in custody is a release",
        ("died_in_custody",),
        GATE,
        (
            Text(MOVES, "TRANSITION", "AND gone.exit_reason IS DISTINCT FROM 'death'", ""),
            Rows("UPDATE transition SET exit_reason = 'unknown' WHERE exit_reason = 'death'"),
        ),
    ),
    Mutant(
        "who was deported is still here",
        ("deported_in_the_last_week", "deported_with_medicine_in_hand"),
        ("oat_census", "on_art", "diagnosed"),
        (Rows("DELETE FROM transition WHERE exit_reason = 'deported'"),),
    ),
    Mutant(
        "nobody dies",
        ("died_in_the_last_week", "died_with_hiv"),
        ("oat_census", "on_art", "diagnosed"),
        (Rows("UPDATE person SET died_on = NULL, died_lo = NULL, died_hi = NULL"),),
    ),
    Mutant(
        "a death of unknown day is none",
        ("died_on_an_unknown_day",),
        ("oat_survival",),
        (Text("cascade.derive.person", "SAID", "coalesce(deceased, false) AS dead", "false AS dead"),),
    ),
    Mutant(
        "a death of unknown day may have been after it was written down",
        ("died_on_an_unknown_day",),
        ("missed_doses",),
        (Text("cascade.derive.person", "PERSON", "coalesce(dead_by, $cut_day)", "$cut_day"),),
    ),
    Mutant(
        "a stay of more than a year that nobody closed is over",
        ("never_closed",),
        ("oat_census",),
        (
            Rows(
                "DELETE FROM setting_at WHERE setting = 'prison' AND to_at IS NULL AND from_at < '2025-07-01'"
            ),
        ),
    ),
    Mutant(
        "of two open stays that which began first holds",
        ("double_stay",),
        ("oat_census",),
        (
            Text(PLACES, "HELD", "coalesce(next_began, said_end)", "said_end"),
            Text(PLACES, "HOLDERS", "'claim': max(", "'claim': min("),
        ),
    ),
    Mutant(
        "the legal status of the reception holds for good",
        ("pretrial_to_sentenced",),
        ("oat_census",),
        (Rows("UPDATE setting_at SET legal_status = 'pretrial' WHERE legal_status = 'sentenced'"),),
    ),
    Mutant(
        "days are told by the clocks of another country",
        ("half_past_eleven_on_quarter_end",),
        ("hiv_tests", "oat_census"),
        zone="Asia/Baku",
    ),
    Mutant(
        "there is no winter time",
        ("night_of_the_clock_change",),
        ("oat_starts",),
        zone="Etc/GMT-2",
    ),
)
