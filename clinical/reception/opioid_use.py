"""The opioids that somebody says they used, as a finding, and what an order of buprenorphine reads of it."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from clinical.oat.proposal import OpioidKind, OtherOpioid
from clinical.oat.shapes import OURS, Json, code_in, when
from clinical.words import N_

CODE = "opioid-use"

OPIOIDS: Mapping[str, str] = {
    "heroin": N_("Heroin"),
    "methadone": N_("Methadone"),
    "buprenorphine": N_("Buprenorphine"),
    "morphine-slow": N_("Slow-release morphine"),
    "tablets": N_("Tablets such as tramadol, codeine or oxycodone"),
    "fentanyl": N_("Fentanyl or another synthetic opioid"),
    "another-opioid": N_("Another opioid, or not known which"),
}

KIND_OF: Mapping[str, OpioidKind] = {
    "heroin": OpioidKind.SHORT_ACTING,
    "methadone": OpioidKind.METHADONE,
    "morphine-slow": OpioidKind.LONG_ACTING,
    "tablets": OpioidKind.LONG_ACTING,
    "fentanyl": OpioidKind.LONG_ACTING,
    "another-opioid": OpioidKind.LONG_ACTING,
}
"""How long each works; of what is not known for certain the longer time. Buprenorphine itself waits for nothing.

Fentanyl that was used often stays in the body for days. Proposed by Throughcare, no source.
"""

COUNTING = frozenset({"final", "amended", "corrected"})


def other_opioids_of(observation: Json, zone: ZoneInfo) -> tuple[OtherOpioid, ...]:
    """What was taken and when last, for the checks of an order; nothing if it is another finding or says no time.

    Of a day without a time its end: taken as late as it can have been.
    """
    is_use = code_in(observation.get("code", {}), f"{OURS}observation") == CODE
    said = observation.get("effectiveDateTime")
    if not is_use or said is None or observation.get("status") not in COUNTING:
        return ()
    taken = when(said, zone)
    codes = (code_in(one.get("code", {}), f"{OURS}opioid-used") for one in observation.get("component", ()))
    kinds = (KIND_OF.get(one or "") for one in codes)
    return tuple(OtherOpioid(one, taken.surely_by or taken.at) for one in kinds if one)
