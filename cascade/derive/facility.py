"""Facilities: every Organization read, every one that a record points at, and the unknown one."""

from duckdb import DuckDBPyConnection

from cascade.derive.cut import Cut
from cascade.derive.records import look_up
from cascade.tables import UNKNOWN_FACILITY

# The Organization of an Encounter is its service provider, else that of the first place it names that has one.
PLACES = """
    CREATE TABLE organization_of_context AS
    WITH place AS (
        SELECT encounter.id, unnest(location_ids) AS location_id, generate_subscripts(location_ids, 1) AS nth
        FROM encounter
    ), of_place AS (
        SELECT place.id, arg_min(location.managing_organization_id, nth) AS organization_id
        FROM place JOIN location ON location.id = place.location_id
        WHERE location.managing_organization_id IS NOT NULL
        GROUP BY place.id
    )
    SELECT 'Encounter' AS context_type, encounter.id AS context_id,
        coalesce(service_provider_id, of_place.organization_id) AS organization_id
    FROM encounter LEFT JOIN of_place USING (id)
    UNION ALL
    SELECT 'EpisodeOfCare', id, managing_organization_id FROM episode_of_care
"""

FACILITY_KEYS = """
    CREATE TABLE facility_key AS
    SELECT organization_id, pseudonym('Organization/' || organization_id) AS facility_key
    FROM (
        SELECT id AS organization_id FROM organization
        UNION SELECT part_of_id FROM organization
        UNION SELECT organization_id FROM organization_of_context
        UNION SELECT organization_id FROM healthcare_service
        UNION SELECT destination_id FROM encounter
        UNION SELECT performer_organization_id FROM observation
        UNION SELECT performer_organization_id FROM condition
        UNION SELECT performer_organization_id FROM medication_dispense
        UNION SELECT performer_organization_id FROM medication_statement
        UNION SELECT requester_id FROM medication_request
    ) WHERE organization_id IS NOT NULL
"""

OFFERED = """
    CREATE TABLE offered AS
    WITH one AS (
        SELECT organization_id, active, unnest(meanings) AS service
        FROM healthcare_service JOIN kind_of_service AS kind ON kind.codings = type_codings
    )
    SELECT organization_id, list(DISTINCT service) FILTER (active) AS services,
        list(DISTINCT service) FILTER (NOT active) AS ended
    FROM one GROUP BY organization_id
"""

FACILITY = """
    CREATE TABLE facility AS
    SELECT own.facility_key, organization.name,
        coalesce(organization.type_codings[1]."system", '') || '|' || organization.type_codings[1].code AS kind,
        coalesce(kind.meaning, 'unknown') AS setting, parent.facility_key AS parent_key,
        CASE WHEN list_contains(services, 'oat_initiate') THEN 'initiate'
            WHEN list_contains(services, 'oat_continue') THEN 'continue_only' ELSE 'none' END AS oat,
        coalesce(list_contains(services, 'art'), false) AS art,
        coalesce(list_contains(services, 'hts'), false) AS hts,
        NOT coalesce(list_contains(ended, 'reporting'), false) AS expected_reporter,
        false AS has_given_oat,
        NULL::DATE AS first_report_on, NULL::DATE AS last_report_on
    FROM facility_key AS own
    LEFT JOIN organization ON organization.id = own.organization_id
    LEFT JOIN kind_of_facility AS kind ON kind.codings = organization.type_codings
    LEFT JOIN offered ON offered.organization_id = own.organization_id
    LEFT JOIN facility_key AS parent ON parent.organization_id = organization.part_of_id
    UNION ALL SELECT $unknown, NULL, NULL, 'unknown', NULL, 'none', false, false, true, false, NULL, NULL
"""


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `facility`, and for doses `organization_of_context` and `facility_key`."""
    connection.execute(PLACES)
    connection.execute(FACILITY_KEYS)
    look_up(connection, "kind_of_facility", "facility_kind", "organization", "type_codings")
    look_up(connection, "kind_of_service", "facility_service", "healthcare_service", "type_codings")
    connection.execute(OFFERED)
    connection.execute(FACILITY, {"unknown": UNKNOWN_FACILITY})
