-- A schema with every type and every sort of key that is mirrored.
CREATE SCHEMA shop;

-- Each type, with its edges.
CREATE TABLE shop.every_type (
  id bigint PRIMARY KEY, flag boolean, small smallint, whole integer, big bigint,
  single real, twice double precision,
  money numeric(5,2), count numeric(18,0), exact numeric(19,4), wide numeric(38,10), fraction numeric(38,38),
  note text, short_note varchar(20), code char(6), raw bytea, token uuid,
  day date, clock timestamp, clock_ms timestamp(3), moment timestamptz, doc json, doc_b jsonb);
INSERT INTO shop.every_type (id) VALUES (0);
INSERT INTO shop.every_type VALUES
  (1, false, -32768, -2147483648, -9223372036854775808, '-Infinity', '-Infinity',
   -999.99, -999999999999999999, -999999999999999.9999, -9999999999999999999999999999.9999999999,
   -0.99999999999999999999999999999999999999,
   '', '', '', '', '00000000-0000-0000-0000-000000000000',
   '4713-01-01 BC', '4713-01-01 BC', '0044-03-15 00:00:00.001 BC', '4713-01-01 00:00:00+00 BC',
   '{"a" : 1, "a":2}', '{"a": [1, null, {"é": "\u00e9"}]}'),
  (2, true, 32767, 2147483647, 9223372036854775807, 'Infinity', 'Infinity',
   999.99, 999999999999999999, 999999999999999.9999, 9999999999999999999999999999.9999999999,
   0.99999999999999999999999999999999999999,
   E'\t\n\r\x01 "quoted" \\ é 😀 \u2028', 'αβγδεζηθικλμνξοπρστυ', 'abc', '\x00ff5c',
   'ffffffff-ffff-ffff-ffff-ffffffffffff',
   '5874897-12-31', '294247-01-10 04:00:54.775807', '9999-12-31 23:59:59.999',
   '294247-01-10 04:00:54.775807+00', 'null', 'null'),
  (3, NULL, 0, 0, 0, 'NaN', 'NaN', 0, 0, 0, 0, 0,
   repeat('long text ', 20000), ' ', ' ', decode(repeat('00ff', 50000), 'hex'), NULL,
   '1582-10-10', '1582-10-10 12:00', '0001-01-01', '1900-01-01 00:00:00.123456+05:30', '[]', '[]'),
  (4, NULL, NULL, NULL, NULL, '-0', '-0', -0.01, -1, 0.0001, 1e-10, 1e-38,
   'é', 'e', 'ééé', '\x', NULL,
   '1970-01-01', '1969-12-31 23:59:59.999999', '1970-01-01', NULL, '""', '""');
INSERT INTO shop.every_type (id, single, twice, day, moment) VALUES
  (5, 1.4e-45, 4.9e-324, '1969-12-31', '2026-03-29 02:30:00+02'),
  (6, 3.4028235e38, 1.7976931348623157e308, '2000-02-29', '1883-11-18 12:03:58-04:56:02');
INSERT INTO shop.every_type
  SELECT i, i % 2 = 0, i, i * 1000003, i * 1000000000039, i / 7.0, i / 7.0, i / 100.0, i, i / 10000.0,
    i * 1234567890123.0123456789, i / 1000000.0, 'note ' || i, 'v' || i, 'c' || i % 1000,
    decode(md5(i::text), 'hex'), md5(i::text)::uuid, date '1990-01-01' + i,
    timestamp '1990-01-01' + i * interval '1.000001 h', timestamp '1990-01-01' + i * interval '1.001 s',
    timestamptz '1990-01-01' + i * interval '1.000001 h', json_build_object('i', i), jsonb_build_object('i', i)
  FROM generate_series(100, 2000) i;

-- Each type that a key may have.
CREATE TABLE shop.key_numbers (
  a smallint, b integer, c bigint, d numeric(12,4), e numeric(30,5), v int, PRIMARY KEY (a, b, c, d, e));
INSERT INTO shop.key_numbers
  SELECT i % 3 - 1, i % 10 - 5, (i % 30 - 15) * 4000000000, (i % 100 - 50) * 1.0625,
    (i - 300) * 10000000000000000000.00625, i
  FROM generate_series(1, 600) i;
CREATE TABLE shop.key_texts (
  a text, b varchar(40), c char(8), d bytea, v int, PRIMARY KEY (a, b, c, d));
INSERT INTO shop.key_texts
  SELECT repeat('é😀', i % 40), md5((i % 200)::text), (i % 300)::text, decode(md5(i::text), 'hex'), i
  FROM generate_series(1, 600) i;
CREATE TABLE shop.key_times (a date, b timestamp, c timestamptz, v int, PRIMARY KEY (a, b, c));
INSERT INTO shop.key_times
  SELECT date '0001-01-01' + i % 10 * 80000, timestamp '1969-12-31 23:59:59.999' + i % 100 * interval '1 ms',
    timestamptz '1890-01-01' + i * interval '1 microsecond', i
  FROM generate_series(1, 600) i;
CREATE TABLE shop.key_token (token uuid PRIMARY KEY, v int);
INSERT INTO shop.key_token SELECT md5(i::text)::uuid, i FROM generate_series(1, 600) i;

-- Names that neither SQL nor a path takes as they are.
CREATE TABLE shop."Odd, Names" (
  "a.b" text PRIMARY KEY, "select" int, "Größe; (cm)=" numeric(6,1), "tick`{}" boolean);
INSERT INTO shop."Odd, Names" SELECT 'k' || i, i, i / 10.0, i % 3 = 0 FROM generate_series(1, 300) i;

-- Tables with a history.
CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer uuid, total numeric(12,2), placed timestamptz);
INSERT INTO shop.orders
  SELECT i, md5((i % 50)::text)::uuid, i * 1.25, timestamptz '2026-01-01' + i * interval '1 min'
  FROM generate_series(1, 3000) i;
CREATE TABLE shop.emptied (id int PRIMARY KEY, v text);
INSERT INTO shop.emptied SELECT i, 'old ' || i FROM generate_series(1, 500) i;
CREATE TABLE shop.reshaped (id int PRIMARY KEY, gone text, kept text, price numeric(6,2));
INSERT INTO shop.reshaped SELECT i, 'gone', 'kept ' || i, i FROM generate_series(1, 400) i;
CREATE TABLE shop.never_filled (id int PRIMARY KEY, v text);
