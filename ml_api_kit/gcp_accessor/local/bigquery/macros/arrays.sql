-- Arrays and structs: BigQuery counts from zero and fails where DuckDB gives NULL.
CREATE OR REPLACE MACRO bq_at(list, position) AS CASE WHEN position < 1 THEN error('Array index ' || (position - 1) || ' is out of bounds') WHEN position > len(list) THEN error('Array index ' || (position - 1) || ' is out of bounds (overflow)') ELSE list[position] END;
CREATE OR REPLACE MACRO bq_safe_at(list, position) AS CASE WHEN position < 1 THEN NULL ELSE list[position] END;
CREATE OR REPLACE MACRO bq_check_elements(list) AS CASE WHEN len(list) <> list_count(list) THEN error('Array cannot have a null element; error in writing field') ELSE list END;
-- Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions#json_value
CREATE OR REPLACE MACRO bq_json_value(document, path) AS CASE WHEN json_type(document, path) IN ('OBJECT', 'ARRAY', 'NULL') THEN NULL ELSE json_extract_string(document, path) END;
