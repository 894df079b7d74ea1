#!/bin/sh
# The two roles: one owns the tables and migrates, the other serves and owns nothing. Run once per cluster
# by a superuser (psql's usual PG* variables) with OWNER_PASSWORD (or POSTGRES_PASSWORD) and SERVER_PASSWORD set.
set -eu
psql --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --set owner_password="${OWNER_PASSWORD:-$POSTGRES_PASSWORD}" --set server_password="$SERVER_PASSWORD" <<'SQL'
CREATE ROLE throughcare_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE throughcare_server LOGIN PASSWORD :'server_password';
CREATE DATABASE throughcare OWNER throughcare_owner;
\connect throughcare
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO throughcare_owner;
GRANT USAGE ON SCHEMA public TO throughcare_server;
SQL
