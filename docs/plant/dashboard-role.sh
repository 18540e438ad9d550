#!/bin/sh
# Runs once, when PostgreSQL in docker-compose.yml makes its database: lets the dashboard in. What its role may do, the
# migrations say; docs/configuration.md has the same for a PostgreSQL of yours.
psql -v ON_ERROR_STOP=1 -v password="$HAIRLINE_HMI_DB_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
create role hairline_hmi login password :'password';
SQL
