"""The QTc before and under methadone. Krantz and others, QTc interval screening in methadone treatment, 2009; EACS guidelines."""

from collections.abc import Iterator

from clinical.oat.ecg import Ecg
from clinical.oat.ecg_due import ECG_ABOVE, ECG_WITHIN, is_ecg_due
from clinical.oat.issue import Issue, Severity
from clinical.oat.product import Agonist
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence, Value

CODE = "qtc"
DISCUSS = "oat.qtc-discuss-above"
DISCUSS_FEMALE = "oat.qtc-discuss-above.female"
STOP = "oat.qtc-stop-above"


def check(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """Limits not set: any QTc is weighed, and any dose needs an ECG. Raises BadProtocol."""
    if proposal.order.product.agonist is not Agonist.METHADONE:
        return
    ecg = max(
        (one for one in proposal.ecgs if one.day <= proposal.day), key=lambda one: one.day, default=None
    )
    if is_ecg_due(proposal.highest_mg, ecg, proposal.day, protocol):
        yield Issue(
            "ecg-needed",
            Severity.MODERATE,
            Sentence(N_("An ECG is needed: there is none, or the last is too old")),
            by=(ECG_ABOVE, ECG_WITHIN),
            not_set=protocol.not_set(ECG_ABOVE, ECG_WITHIN),
        )
    if ecg is not None:
        yield from _found(ecg, proposal, protocol)


def _found(ecg: Ecg, proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    stop, discuss = protocol.whole_number(STOP), _discuss(proposal, protocol)
    values: dict[str, Value] = {"ms": ecg.qtc_ms, "day": ecg.day}
    if stop is not None and ecg.qtc_ms > stop:
        text = N_("QTc %(ms)s ms on %(day)s: weigh to reduce or stop, and another medicine")
        yield Issue(CODE, Severity.HIGH, Sentence(text, values), (ecg.reference,), (STOP,))
    elif discuss is None or stop is None or ecg.qtc_ms > discuss:
        text = N_("QTc %(ms)s ms on %(day)s: talk about it with the person, and take ECGs more often")
        not_set = protocol.not_set(STOP, DISCUSS)
        yield Issue(
            CODE, Severity.MODERATE, Sentence(text, values), (ecg.reference,), (DISCUSS,), not_set=not_set
        )


def _discuss(proposal: Proposal, protocol: Protocol) -> int | None:
    """Women's own limit, where it is set."""
    own = protocol.whole_number(DISCUSS_FEMALE) if proposal.female else None
    return protocol.whole_number(DISCUSS) if own is None else own
