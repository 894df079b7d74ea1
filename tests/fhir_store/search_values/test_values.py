"""The numbers that parameters have in the index."""

from fhir_store.definitions import resource_types, search_definitions
from fhir_store.search_values import param_id

MODIFIERS = ("", ":text", ":identifier", ":of-type")


def test_no_two_parameters_of_r4_share_a_number() -> None:
    names = [
        (type_, f"{name}{modifier}")
        for type_ in resource_types()
        for name in search_definitions(type_)
        for modifier in MODIFIERS
    ]
    assert len(names) > 10_000
    assert len({param_id(*name) for name in names}) == len(names)


def test_a_number_is_the_same_for_ever_and_fits_a_column() -> None:
    # crc32 of "Patient.identifier", as the end of a gzip file has it, as a signed number
    assert param_id("Patient", "identifier") == -1560014714
    assert all(-(2**31) <= param_id(type_, "_tag") < 2**31 for type_ in resource_types())
