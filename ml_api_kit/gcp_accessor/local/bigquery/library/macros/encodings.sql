-- Functions of codes, hashes, addresses and texts of numbers, each with the types that BigQuery documents.
-- Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/hash_functions
CREATE OR REPLACE MACRO bq_to_base32(x BLOB) AS py_to_base32(x);
CREATE OR REPLACE MACRO bq_from_base32(x VARCHAR) AS py_from_base32(x);
CREATE OR REPLACE MACRO bq_to_base64(x BLOB) AS py_to_base64(x);
CREATE OR REPLACE MACRO bq_from_base64(x VARCHAR) AS py_from_base64(x);
CREATE OR REPLACE MACRO bq_to_hex(x BLOB) AS py_to_hex(x);
CREATE OR REPLACE MACRO bq_from_hex(x VARCHAR) AS py_from_hex(x);
CREATE OR REPLACE MACRO bq_safe_convert_bytes_to_string(x BLOB) AS py_safe_convert_bytes_to_string(x);
CREATE OR REPLACE MACRO bq_md5(x VARCHAR) AS py_md5(x), (x BLOB) AS py_md5(x);
CREATE OR REPLACE MACRO bq_sha1(x VARCHAR) AS py_sha1(x), (x BLOB) AS py_sha1(x);
CREATE OR REPLACE MACRO bq_sha256(x VARCHAR) AS py_sha256(x), (x BLOB) AS py_sha256(x);
CREATE OR REPLACE MACRO bq_sha512(x VARCHAR) AS py_sha512(x), (x BLOB) AS py_sha512(x);
CREATE OR REPLACE MACRO bq_farm_fingerprint(x VARCHAR) AS py_farm_fingerprint(x), (x BLOB) AS py_farm_fingerprint(x);
CREATE OR REPLACE MACRO bq_bit_count(x BIGINT) AS py_bit_count(x), (x BLOB) AS py_bit_count(x);
CREATE OR REPLACE MACRO bq_parse_numeric(x VARCHAR) AS py_parse_numeric(x);
CREATE OR REPLACE MACRO bq_parse_bignumeric(x VARCHAR) AS py_parse_bignumeric(x);
CREATE OR REPLACE MACRO bq_net_ip_from_string(x VARCHAR) AS py_net_ip_from_string(x);
CREATE OR REPLACE MACRO bq_net_safe_ip_from_string(x VARCHAR) AS py_net_safe_ip_from_string(x);
CREATE OR REPLACE MACRO bq_net_ip_to_string(x BLOB) AS py_net_ip_to_string(x);
CREATE OR REPLACE MACRO bq_net_ip_net_mask(size BIGINT, prefix BIGINT) AS py_net_ip_net_mask(size, prefix);
CREATE OR REPLACE MACRO bq_net_ip_trunc(x BLOB, prefix BIGINT) AS py_net_ip_trunc(x, prefix);
CREATE OR REPLACE MACRO bq_net_ipv4_from_int64(n BIGINT) AS py_net_ipv4_from_int64(n);
CREATE OR REPLACE MACRO bq_net_ipv4_to_int64(x BLOB) AS py_net_ipv4_to_int64(x);
CREATE OR REPLACE MACRO bq_net_host(x VARCHAR) AS py_net_host(x);
