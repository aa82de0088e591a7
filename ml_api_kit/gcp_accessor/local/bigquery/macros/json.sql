-- Functions of JSON. A JSON is text to a typed macro, so that the type is looked at within.
-- Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions
CREATE OR REPLACE MACRO bq_is_json(x) AS typeof(x) = 'JSON';
CREATE OR REPLACE MACRO bq_json_value(x) AS CASE WHEN bq_is_json(x) THEN py_json_value_json(x) ELSE py_json_value(x) END, (x, path) AS CASE WHEN bq_is_json(x) THEN py_json_value_json(x, path) ELSE py_json_value(x, path) END;
CREATE OR REPLACE MACRO bq_json_extract_scalar(x) AS bq_json_value(x), (x, path) AS bq_json_value(x, path);
CREATE OR REPLACE MACRO bq_json_value_array(x) AS CASE WHEN bq_is_json(x) THEN py_json_value_array_json(x) ELSE py_json_value_array(x) END, (x, path) AS CASE WHEN bq_is_json(x) THEN py_json_value_array_json(x, path) ELSE py_json_value_array(x, path) END;
CREATE OR REPLACE MACRO bq_json_extract_string_array(x) AS bq_json_value_array(x), (x, path) AS bq_json_value_array(x, path);
CREATE OR REPLACE MACRO bq_float64(x) AS CASE WHEN bq_is_json(x) THEN py_json_float64(x) ELSE py_refuse('FLOAT64 of what is no JSON') END, (x, mode) AS CASE WHEN bq_is_json(x) THEN py_json_float64(x, mode) ELSE py_refuse('FLOAT64 of what is no JSON') END;
CREATE OR REPLACE MACRO bq_generate_uuid() AS CAST(uuid() AS VARCHAR);
CREATE OR REPLACE MACRO bq_subscript(x, step) AS CASE WHEN bq_is_json(x) THEN py_json_subscript(x, step) ELSE py_refuse('[] of what is no JSON or array') END;
