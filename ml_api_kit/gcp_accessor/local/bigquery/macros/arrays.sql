-- Arrays: BigQuery counts from zero and fails where DuckDB gives NULL.
CREATE OR REPLACE MACRO bq_at(list, position) AS CASE WHEN list IS NULL OR position IS NULL THEN NULL WHEN position < 1 THEN py_error('Array index ' || (position - 1) || ' is out of bounds') WHEN position > len(list) THEN py_error('Array index ' || (position - 1) || ' is out of bounds (overflow)') ELSE list[position] END;
CREATE OR REPLACE MACRO bq_safe_at(list, position) AS CASE WHEN position < 1 THEN NULL ELSE list[position] END;
CREATE OR REPLACE MACRO bq_check_elements(list) AS CASE WHEN len(list) <> list_count(list) THEN py_error('Array cannot have a null element; error in writing field') ELSE list END;
CREATE OR REPLACE MACRO bq_array(list) AS coalesce(list, []);
CREATE OR REPLACE MACRO bq_array_length(list) AS len(list);
CREATE OR REPLACE MACRO bq_array_reverse(list) AS list_reverse(list);
CREATE OR REPLACE MACRO bq_array_first(list) AS CASE WHEN len(list) = 0 THEN py_error('ARRAY_FIRST cannot get the first element of an empty array') ELSE list[1] END;
CREATE OR REPLACE MACRO bq_array_last(list) AS CASE WHEN len(list) = 0 THEN py_error('ARRAY_LAST cannot get the last element of an empty array') ELSE list[len(list)] END;
CREATE OR REPLACE MACRO bq_slice_start(list, n) AS CASE WHEN n < 0 THEN greatest(len(list) + n, 0) ELSE n END;
CREATE OR REPLACE MACRO bq_slice_end(list, n) AS CASE WHEN n < 0 THEN len(list) + n ELSE n END;
CREATE OR REPLACE MACRO bq_array_slice(list, a, b) AS CASE WHEN list IS NULL OR a IS NULL OR b IS NULL THEN NULL WHEN bq_slice_end(list, b) < 0 OR bq_slice_start(list, a) > bq_slice_end(list, b) THEN list[1:0] ELSE list[bq_slice_start(list, a) + 1 : bq_slice_end(list, b) + 1] END;
CREATE OR REPLACE MACRO bq_array_to_string(list VARCHAR[], delimiter VARCHAR) AS py_join_text(list, delimiter), (list VARCHAR[], delimiter VARCHAR, missing VARCHAR) AS py_join_text(list, delimiter, missing), (list BLOB[], delimiter BLOB) AS py_join_bytes(list, delimiter);
CREATE OR REPLACE MACRO bq_array_is_distinct(list) AS len(list_distinct(list)) + CASE WHEN len(list) > list_count(list) THEN 1 ELSE 0 END = len(list);
CREATE OR REPLACE MACRO bq_array_includes(list, x) AS list_contains(list, x);
CREATE OR REPLACE MACRO bq_generate_array(a BIGINT, b BIGINT) AS py_int_array(a, b, 1), (a BIGINT, b BIGINT, step BIGINT) AS py_int_array(a, b, step), (a DOUBLE, b DOUBLE, step DOUBLE) AS py_float_array(a, b, step), (a DOUBLE, b DOUBLE) AS py_float_array(a, b, 1.0), (a BIGINT, b BIGINT, step DOUBLE) AS py_float_array(a, b, step), (a DECIMAL(38,9), b DECIMAL(38,9), step DECIMAL(38,9)) AS py_numeric_array(a, b, step), (a DECIMAL(38,9), b DECIMAL(38,9)) AS py_numeric_array(a, b, 1);
CREATE OR REPLACE MACRO bq_generate_range_array(r, n, u) AS bq_generate_range_array_parts(r, n, u, TRUE), (r, n, u, keep) AS bq_generate_range_array_parts(r, n, u, keep);
CREATE OR REPLACE MACRO bq_range_ends(starts, last) AS list_transform(starts, lambda s, i: struct_pack("@range_start" := s, "@range_end" := coalesce(starts[i + 1], last)));
CREATE OR REPLACE MACRO bq_generate_range_array_parts(r, n, u, keep) AS py_refuse('GENERATE_RANGE_ARRAY');
