"""From flat tables to contract tables: joins, linkage and intervals. One file per contract table."""
