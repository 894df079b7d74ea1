"""Row-level security on everything that is about patients: a second wall behind the decision.

A connection says for whom it reads (``throughcare.sees``, ``fhir_store.walls``). One that does not sees nothing, and neither does
the owner. Which wall sees which table is said where the table is made, by ``fhir_store.show_only_to``.

Revision ID: fhir_store_0006
"""

from alembic import op

revision = "fhir_store_0006"
down_revision = "fhir_store_0005"
branch_labels = None
depends_on = None

# As a scalar subquery it is asked once for a statement and not for each row; and the planner takes it for granted that
# something is not null, where it would expect an equation to hold for one row in 200 and choose its ways accordingly.
FUNCTIONS = """
CREATE FUNCTION fhir_store.show_only_to(shown regclass, VARIADIC walls text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', shown);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', shown);
    EXECUTE format(
        'CREATE POLICY wall ON %s USING '
        '((SELECT CASE WHEN current_setting(''throughcare.sees'', true) = ANY (%L) THEN true END) IS NOT NULL)',
        shown, walls
    );
END
$$;
CREATE FUNCTION fhir_store.also_show(shown regclass, wall text, condition text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE POLICY %I ON %s FOR SELECT USING ((SELECT current_setting(''throughcare.sees'', true)) = %L AND (%s))',
        wall, shown, wall, condition
    );
END
$$;
REVOKE ALL ON FUNCTION fhir_store.show_only_to, fhir_store.also_show FROM PUBLIC;
"""

# Of the record custody sees who somebody is, and where: nothing else, whatever it asks.
CUSTODY = """
SELECT fhir_store.also_show('fhir_store.current_resource', 'custody', $$type IN ('Patient', 'Location', 'Organization')$$);
SELECT fhir_store.also_show('fhir_store.resource_version', 'custody', $$type IN ('Patient', 'Location', 'Organization')$$);
SELECT fhir_store.also_show('fhir_store.index_token', 'custody', $$param = 405509332$$);
SELECT fhir_store.also_show('fhir_store.data_key', 'custody', 'true');
"""
"""The number is ``param_id`` of Patient and ``identifier:of-type``, by which a person is found by number."""

# Not index_quantity: a comparison of numeric may not go before a wall, so no search by a number could use an index. Its
# rows are numbers with their units; whose they are is behind the wall.
TABLES = (
    "current_resource",
    "resource_version",
    "index_token",
    "index_string",
    "index_reference",
    "index_date",
    "index_composite",
    "index_blind",
    "compartment",
    "open_reference",
    "answered",
    "data_key",
)


def upgrade() -> None:
    op.execute(FUNCTIONS)
    for table in TABLES:
        op.execute(f"SELECT fhir_store.show_only_to('fhir_store.{table}', 'record')")
    op.execute(CUSTODY)


def downgrade() -> None:
    """Refused: a wall is not taken down by a command."""
    raise NotImplementedError("The walls stay. Restore a backup instead.")
