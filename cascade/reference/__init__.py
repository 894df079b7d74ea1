"""The measures again, in plain Python loops over rows: slow, obvious, the judge.

One module per module in cascade.measures, of the same name, with the function ``members``. It is written from the
measure's statements, not from its expression, and shares nothing with it but the contract. Where the two disagree, one
of them is wrong.
"""

from dataclasses import dataclass, field
from datetime import date

from cascade.tables import (
    Coverage,
    Diagnosis,
    Dose,
    DueDay,
    Facility,
    HivTest,
    Hold,
    Laboratory,
    LastGiver,
    OatEpisode,
    Person,
    PersonSource,
    Population,
    SettingAt,
    Stay,
    Supply,
    TestOffer,
    Transition,
    Treatment,
    TreatmentOrder,
)


@dataclass(frozen=True)
class World:
    """The rows of every contract table."""

    person: list[Person] = field(default_factory=list)
    person_source: list[PersonSource] = field(default_factory=list)
    facility: list[Facility] = field(default_factory=list)
    population: list[Population] = field(default_factory=list)
    stay: list[Stay] = field(default_factory=list)
    setting_at: list[SettingAt] = field(default_factory=list)
    transition: list[Transition] = field(default_factory=list)
    hiv_test: list[HivTest] = field(default_factory=list)
    test_offer: list[TestOffer] = field(default_factory=list)
    diagnosis: list[Diagnosis] = field(default_factory=list)
    supply: list[Supply] = field(default_factory=list)
    treatment: list[Treatment] = field(default_factory=list)
    laboratory: list[Laboratory] = field(default_factory=list)
    treatment_order: list[TreatmentOrder] = field(default_factory=list)
    hold: list[Hold] = field(default_factory=list)
    dose: list[Dose] = field(default_factory=list)
    due_day: list[DueDay] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    last_giver: list[LastGiver] = field(default_factory=list)
    oat_episode: list[OatEpisode] = field(default_factory=list)


@dataclass(frozen=True)
class Member:
    """One row of a measure; ``event_key`` is None where people are counted."""

    person_key: str
    event_key: str | None
    on_day: date | None
    facility_key: str
    setting: str
    legal_status: str
    sex: str
    age: int | None
    status: str
