"""Everything that is entered on a page. Doses, and what takes them back, are entered where they are recorded."""

from collections.abc import Mapping

from services.register.acts import (
    correct,
    count,
    count_back,
    cup_back,
    destroy,
    issue,
    place,
    receive,
    report,
    send,
    settle,
    spill,
    take_in,
)
from services.register.acts.act import Act

ACTS: Mapping[str, Act] = {
    one.ACT.code: one.ACT
    for one in (
        receive,
        issue,
        count,
        count_back,
        spill,
        cup_back,
        destroy,
        send,
        take_in,
        correct,
        report,
        settle,
        place,
    )
}
