-- Functions of JSON, of the type or of text that holds a document.
-- Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions
CREATE OR REPLACE MACRO bq_json_value(x VARCHAR) AS py_json_value(x), (x JSON) AS py_json_value_json(x), (x VARCHAR, path VARCHAR) AS py_json_value(x, path), (x JSON, path VARCHAR) AS py_json_value_json(x, path);
CREATE OR REPLACE MACRO bq_json_extract_scalar(x VARCHAR) AS py_json_value(x), (x JSON) AS py_json_value_json(x), (x VARCHAR, path VARCHAR) AS py_json_value(x, path, TRUE), (x JSON, path VARCHAR) AS py_json_value_json(x, path, TRUE);
CREATE OR REPLACE MACRO bq_json_query(x VARCHAR, path VARCHAR) AS py_json_query(x, path), (x JSON, path VARCHAR) AS py_json_query_json(x, path);
CREATE OR REPLACE MACRO bq_json_extract(x VARCHAR, path VARCHAR) AS py_json_query(x, path, TRUE), (x JSON, path VARCHAR) AS py_json_query_json(x, path, TRUE);
CREATE OR REPLACE MACRO bq_json_query_array(x VARCHAR) AS py_json_query_array(x), (x JSON) AS py_json_query_array_json(x), (x VARCHAR, path VARCHAR) AS py_json_query_array(x, path), (x JSON, path VARCHAR) AS py_json_query_array_json(x, path);
CREATE OR REPLACE MACRO bq_json_extract_array(x VARCHAR) AS py_json_query_array(x), (x JSON) AS py_json_query_array_json(x), (x VARCHAR, path VARCHAR) AS py_json_query_array(x, path, TRUE), (x JSON, path VARCHAR) AS py_json_query_array_json(x, path, TRUE);
CREATE OR REPLACE MACRO bq_json_value_array(x VARCHAR) AS py_json_value_array(x), (x JSON) AS py_json_value_array_json(x), (x VARCHAR, path VARCHAR) AS py_json_value_array(x, path), (x JSON, path VARCHAR) AS py_json_value_array_json(x, path);
CREATE OR REPLACE MACRO bq_json_extract_string_array(x VARCHAR) AS py_json_value_array(x), (x JSON) AS py_json_value_array_json(x), (x VARCHAR, path VARCHAR) AS py_json_value_array(x, path, TRUE), (x JSON, path VARCHAR) AS py_json_value_array_json(x, path, TRUE);
CREATE OR REPLACE MACRO bq_int64(x JSON) AS py_json_int64(x);
CREATE OR REPLACE MACRO bq_float64(x JSON, mode) AS py_json_float64(x, mode);
CREATE OR REPLACE MACRO bq_generate_uuid() AS CAST(uuid() AS VARCHAR);
CREATE OR REPLACE MACRO bq_subscript(x JSON, step VARCHAR) AS py_json_subscript(x, step), (x JSON, step BIGINT) AS py_json_subscript(x, step);
