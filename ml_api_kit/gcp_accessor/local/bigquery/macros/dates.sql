-- Functions of dates and times. Weeks begin on Sunday unless the unit says otherwise.
-- Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/date_functions
CREATE OR REPLACE MACRO bq_date(x, name) AS CASE WHEN bq_type(x) NOT IN ('DATE', 'NULL') THEN error('not supported by the local BigQuery: ' || name || ' of ' || typeof(x)) ELSE x END;
CREATE OR REPLACE MACRO bq_timestamp(x, name) AS CASE WHEN bq_type(x) NOT IN ('TIMESTAMP WITH TIME ZONE', 'NULL') THEN error('not supported by the local BigQuery: ' || name || ' of ' || typeof(x)) ELSE x END;
CREATE OR REPLACE MACRO bq_datetime(x, name) AS CASE WHEN bq_type(x) NOT IN ('TIMESTAMP', 'NULL') THEN error('not supported by the local BigQuery: ' || name || ' of ' || typeof(x)) ELSE x END;
CREATE OR REPLACE MACRO bq_dated(x) AS CASE WHEN bq_type(x) NOT IN ('DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'NULL') THEN error('not supported by the local BigQuery: EXTRACT from ' || typeof(x)) ELSE x END;
CREATE OR REPLACE MACRO bq_timed(x) AS CASE WHEN bq_type(x) NOT IN ('TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'NULL') THEN error('not supported by the local BigQuery: EXTRACT of this part from ' || typeof(x)) ELSE x END;
CREATE OR REPLACE MACRO bq_unix_micros(x) AS epoch_us(bq_timestamp(x, 'UNIX_MICROS'));
CREATE OR REPLACE MACRO bq_floor_div(n, d) AS (n - ((n % d) + d) % d) // d;
CREATE OR REPLACE MACRO bq_unix_millis(x) AS bq_floor_div(bq_unix_micros(x), 1000);
CREATE OR REPLACE MACRO bq_unix_seconds(x) AS bq_floor_div(bq_unix_micros(x), 1000000);
CREATE OR REPLACE MACRO bq_weeks(x, weekday) AS bq_floor_div(date_diff('day', DATE '1970-01-04', x) - weekday, 7);
-- BigQuery knows the years 1 to 9999.
CREATE OR REPLACE MACRO bq_in_range(x) AS CASE WHEN TRY_CAST(x AS TIMESTAMP) < TIMESTAMP '0001-01-01' OR TRY_CAST(x AS TIMESTAMP) >= TIMESTAMP '10000-01-01' THEN error('Date arithmetic gives a year outside of 1 to 9999') ELSE x END;
CREATE OR REPLACE MACRO bq_timestamp_diff(unit, a, b) AS datesub(unit, bq_timestamp(b, 'TIMESTAMP_DIFF'), bq_timestamp(a, 'TIMESTAMP_DIFF'));
