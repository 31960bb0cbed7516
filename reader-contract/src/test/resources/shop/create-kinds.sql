-- Arrays, types that are text, and kinds of tables.
CREATE TYPE shop.mood AS ENUM ('sad', 'very, "happy"', '');
CREATE TYPE shop.pair AS (a int, b text);
CREATE DOMAIN shop.whole AS int;
CREATE TABLE shop.lists (
  id int PRIMARY KEY, flags boolean[], smalls smallint[], ints int[], bigs bigint[], singles real[],
  doubles double precision[], prices numeric(10,2)[], texts text[], raws bytea[], days date[],
  clocks timestamp[], moments timestamptz[], tokens uuid[], docs jsonb[], moods shop.mood[],
  squares int[][], cubes text[][][]);
INSERT INTO shop.lists (id) VALUES (0);
INSERT INTO shop.lists VALUES
  (1, '{t,f,NULL}', '{-32768,NULL}', '{2147483647,-1}', '{9223372036854775807}', '{NaN,-0,1.5,NULL}',
   '{Infinity,-Infinity,4.9e-324,0.1}', '{99999999.99,-0.01,NULL}', E'{"",NULL,"NULL",null,"a b","\\"q\\"","back\\\\slash","tab\t","{}",é😀}',
   ARRAY['\x00ff'::bytea, NULL, ''], '{1970-01-01,0044-03-15 BC,NULL}', '{1969-12-31 23:59:59.999999}',
   '{2026-03-29 02:30:00.000001+02,NULL}', '{00000000-0000-0000-0000-000000000000}',
   ARRAY['{"a": [1, null]}'::jsonb, 'null'], ARRAY['sad', 'very, "happy"', '', NULL]::shop.mood[],
   '{{1,2},{NULL,4}}', '{{{a,b},{c,NULL}}}'),
  (2, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
  (3, '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}',
   '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{{NULL}}', '{{{NULL}}}');
INSERT INTO shop.lists (id, ints, texts, prices)
  SELECT i, ARRAY(SELECT g FROM generate_series(1, i % 7) g), ARRAY['t' || i, NULL, repeat('x', i)], ARRAY[i / 4.0, NULL]
  FROM generate_series(100, 900) i;

CREATE TABLE shop.texts (
  id int PRIMARY KEY, span interval, clock time, clock_tz timetz, r int4range, mr nummultirange, net inet,
  b bit(3), vb varbit, x xml, v tsvector, p point, m money, l pg_lsn, e shop.mood, c shop.pair, d shop.whole, n numeric);
INSERT INTO shop.texts (id) VALUES (0);
INSERT INTO shop.texts
  SELECT i, i * interval '1 mon 1.5 s', time '00:00' + i * interval '1 s', '24:00:00-05:30', int4range(i, i + 5), '{[1.10,2.2],(3,)}',
    '10.0.0.1/8', '101', '10101', '<a/>', 'a fat cat', '(0.1,0.2)', i, '16/B374D848', 'very, "happy"', ROW(i, 'x,"y'::text)::shop.pair, i, i * 1e40
  FROM generate_series(1, 300) i;

-- Values that no date, decimal or list of Delta holds: their columns are text.
CREATE TABLE shop.unfit (id int PRIMARY KEY, d date, t timestamptz, n numeric(6,2), a int[]);
INSERT INTO shop.unfit SELECT i, '2026-11-21', '2026-11-21 00:00+00', i, ARRAY[i] FROM generate_series(1, 100) i;
INSERT INTO shop.unfit VALUES (101, 'infinity', '-infinity', 'NaN', '{{1,2},{3,4}}');
CREATE TABLE shop.unfit_later (id int PRIMARY KEY, d date, a int[]);
INSERT INTO shop.unfit_later SELECT i, '2026-11-21', ARRAY[i] FROM generate_series(1, 100) i;

-- Numbers without sign, a column that PostgreSQL computes, and PostGIS's type as far as its form goes: hexadecimal digits.
CREATE TYPE public.geometry;
CREATE FUNCTION public.geometry_in(cstring) RETURNS public.geometry LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION public.geometry_out(public.geometry) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE public.geometry (INPUT = public.geometry_in, OUTPUT = public.geometry_out, INTERNALLENGTH = VARIABLE, STORAGE = extended);
CREATE TABLE shop.computed (
  id int PRIMARY KEY, o oid, x xid, os oid[], shape public.geometry,
  twice int GENERATED ALWAYS AS (id * 2) STORED, label text GENERATED ALWAYS AS ('no ' || id::text) STORED);
INSERT INTO shop.computed (id, o, x, os, shape)
  SELECT i, 4294967295 - i, i::text::xid, ARRAY[i::oid, NULL, 4294967295], '0101000020E6100000000000000000F03F0000000000000040'
  FROM generate_series(1, 100) i;
INSERT INTO shop.computed (id) VALUES (0);

CREATE TABLE shop.bag (a int, b text);
ALTER TABLE shop.bag REPLICA IDENTITY FULL;
INSERT INTO shop.bag SELECT i % 10, CASE WHEN i % 3 > 0 THEN 'b' END FROM generate_series(1, 200) i;
CREATE TABLE shop.insert_only (a int, b text);
INSERT INTO shop.insert_only SELECT i % 10, 'b' FROM generate_series(1, 100) i;
CREATE TABLE shop.parted (id int, at date, v text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE shop.parted_1 PARTITION OF shop.parted FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE shop.parted_2 PARTITION OF shop.parted DEFAULT;
INSERT INTO shop.parted SELECT i, date '2025-12-01' + i, 'v' || i FROM generate_series(1, 200) i;
CREATE TABLE shop.evolved (id int PRIMARY KEY, a text, gone int, b int);
INSERT INTO shop.evolved SELECT i, 'a' || i, i, i FROM generate_series(1, 200) i;
CREATE SCHEMA odd;
CREATE TABLE odd.by_case (id int PRIMARY KEY, a int, "A" text);
INSERT INTO odd.by_case SELECT i, i, 'A' || i FROM generate_series(1, 20) i;
