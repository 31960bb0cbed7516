package io.deltamirror.reader;

import java.util.List;

/** A schema with every type and every sort of key that is mirrored. */
final class SampleTables {
  static final String SCHEMA = "shop";

  /** The table that has each type, with its edges. */
  static final String TYPES = "every_type";

  /** The table whose history is followed commit by commit. */
  static final String ORDERS = "orders";

  /** Key types, each with an expression that makes distinct values of {@code i}. */
  private static final List<List<String>> KEYS =
      List.of(
          List.of("smallint", "i - 100"),
          List.of("integer", "i * 7919"),
          List.of("numeric(12,4)", "(i - 100) * 1.0625"),
          List.of("numeric(30,5)", "(i - 100) * 10000000000000000000.00625"),
          List.of("text", "chr(64 + i % 26) || repeat('é😀', i % 40) || i"),
          List.of("varchar(40)", "md5(i::text)"),
          List.of("char(8)", "i::text"),
          List.of("uuid", "md5(i::text)::uuid"),
          List.of("bytea", "decode(md5(i::text), 'hex')"),
          List.of("date", "date '0001-01-01' + i * 5000"),
          List.of("timestamp", "timestamp '1969-12-31 23:59:59.999999' + i * interval '1 ms'"),
          List.of("timestamptz", "timestamptz '2000-01-01' + i * interval '1 microsecond'"));

  private SampleTables() {}

  /** Makes and fills them. */
  static String create() {
    StringBuilder sql = new StringBuilder("CREATE SCHEMA shop;");
    sql.append(
        """
        CREATE TABLE shop.every_type (
          id bigint PRIMARY KEY, flag boolean, small smallint, whole integer, big bigint,
          single real, twice double precision,
          money numeric(5,2), count numeric(18,0), exact numeric(19,4), wide numeric(38,10),
          fraction numeric(38,38), note text, short_note varchar(20), code char(6), raw bytea,
          token uuid, day date, clock timestamp, clock_ms timestamp(3), moment timestamptz,
          doc json, doc_b jsonb);
        INSERT INTO shop.every_type (id) VALUES (0);
        INSERT INTO shop.every_type VALUES
          (1, false, -32768, -2147483648, -9223372036854775808, '-Infinity', '-Infinity',
           -999.99, -999999999999999999, -999999999999999.9999,
           -9999999999999999999999999999.9999999999, -0.99999999999999999999999999999999999999,
           '', '', '', '', '00000000-0000-0000-0000-000000000000', '4713-01-01 BC',
           '4713-01-01 BC', '0044-03-15 00:00:00.001 BC', '4713-01-01 00:00:00+00 BC',
           '{"a" : 1, "a":2}', '{"a": [1, null, {"é": "\\u00e9"}]}'),
          (2, true, 32767, 2147483647, 9223372036854775807, 'Infinity', 'Infinity',
           999.99, 999999999999999999, 999999999999999.9999,
           9999999999999999999999999999.9999999999, 0.99999999999999999999999999999999999999,
           E'\\t\\n\\r\\x01 "quoted" \\\\ é 😀 \\u2028', 'αβγδεζηθικλμνξοπρστυ', 'abc', '\\x00ff5c',
           'ffffffff-ffff-ffff-ffff-ffffffffffff', '5874897-12-31',
           '294247-01-10 04:00:54.775807', '9999-12-31 23:59:59.999',
           '294247-01-10 04:00:54.775807+00', 'null', 'null'),
          (3, NULL, 0, 0, 0, 'NaN', 'NaN', 0, 0, 0, 0, 0, repeat('long text ', 20000), ' ', ' ',
           decode(repeat('00ff', 50000), 'hex'), NULL, '1582-10-10', '1582-10-10 12:00',
           '0001-01-01', '1900-01-01 00:00:00.123456+05:30', '[]', '[]'),
          (4, NULL, NULL, NULL, NULL, '-0', '-0', -0.01, -1, 0.0001, 1e-10, 1e-38, 'é', 'e',
           'ééé', '\\x', NULL, '1970-01-01', '1969-12-31 23:59:59.999999', '1970-01-01', NULL,
           '""', '""'),
          (5, NULL, NULL, NULL, NULL, 1.4e-45, 4.9e-324, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, '1969-12-31', NULL, NULL, '2026-03-29 02:30:00+02', NULL, NULL),
          (6, NULL, NULL, NULL, NULL, 3.4028235e38, 1.7976931348623157e308, NULL, NULL, NULL,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
        INSERT INTO shop.every_type
          SELECT i, i % 2 = 0, i, i * 1000003, i * 1000000000039, i / 7.0, i / 7.0, i / 100.0, i,
            i / 10000.0, i * 1234567890123.0123456789, i / 1000000.0, 'note ' || i, left('v' || i, 20),
            'c' || i % 1000, decode(md5(i::text), 'hex'), md5(i::text)::uuid,
            date '1990-01-01' + i, timestamp '1990-01-01' + i * interval '1.000001 h',
            timestamp '1990-01-01' + i * interval '1.001 s',
            timestamptz '1990-01-01' + i * interval '1.000001 h',
            json_build_object('i', i), jsonb_build_object('i', i)
          FROM generate_series(100, 2000) i;
        CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer uuid, total numeric(12,2),
          placed timestamptz);
        INSERT INTO shop.orders
          SELECT i, md5((i % 50)::text)::uuid, i * 1.25, timestamptz '2026-01-01' + i * interval '1 min'
          FROM generate_series(1, 3000) i;
        CREATE TABLE shop.lines (position smallint, amount numeric(10,3), order_id int, sku text,
          PRIMARY KEY (order_id, position, sku));
        INSERT INTO shop.lines
          SELECT p, o + p / 10.0, o, 'sku-' || p FROM generate_series(1, 500) o, generate_series(1, 4) p;
        CREATE TABLE shop."Odd, Names" ("a.b" text PRIMARY KEY, "select" int, "Größe; (cm)=" numeric(6,1),
          "tab\\tand`tick" boolean);
        INSERT INTO shop."Odd, Names" SELECT 'k' || i, i, i / 10.0, i % 3 = 0
          FROM generate_series(1, 300) i;
        CREATE TABLE shop.emptied (id int PRIMARY KEY, v text);
        INSERT INTO shop.emptied SELECT i, 'old ' || i FROM generate_series(1, 500) i;
        CREATE TABLE shop.reshaped (id int PRIMARY KEY, gone text, kept text, price numeric(6,2));
        INSERT INTO shop.reshaped SELECT i, 'gone', 'kept ' || i, i FROM generate_series(1, 400) i;
        CREATE TABLE shop.never_filled (id int PRIMARY KEY, v text);
        """);
    for (int i = 0; i < KEYS.size(); i++) {
      sql.append(
          "CREATE TABLE shop.key_%d (k %s PRIMARY KEY, v int); INSERT INTO shop.key_%d SELECT %s, i FROM generate_series(1, 200) i;"
              .formatted(i, KEYS.get(i).get(0), i, KEYS.get(i).get(1)));
    }
    return sql.toString();
  }

  /** Inserts, updates, deletes and changed keys in all but the table of the orders. */
  static String change() {
    StringBuilder sql =
        new StringBuilder(
            """
            UPDATE shop.every_type SET note = note || ' changed', moment = moment + interval '1 us',
              exact = NULL, twice = -twice WHERE id % 3 = 0;
            UPDATE shop.every_type SET id = -id WHERE id IN (1, 2, 3, 500, 501);
            DELETE FROM shop.every_type WHERE id % 7 = 0 AND id > 10;
            INSERT INTO shop.every_type (id, note) SELECT i, 'late ' || i FROM generate_series(3001, 3100) i;
            UPDATE shop.lines SET amount = amount + 0.001 WHERE order_id % 5 = 0;
            UPDATE shop.lines SET position = 9 WHERE order_id = 77 AND position = 4;
            DELETE FROM shop.lines WHERE position = 3;
            UPDATE shop."Odd, Names" SET "Größe; (cm)=" = -1 WHERE "select" % 2 = 0;
            DELETE FROM shop."Odd, Names" WHERE "select" BETWEEN 10 AND 20;
            UPDATE shop.emptied SET v = 'never seen again';
            TRUNCATE shop.emptied;
            INSERT INTO shop.emptied SELECT i, 'new ' || i FROM generate_series(100, 150) i;
            UPDATE shop.emptied SET v = 'newer' WHERE id > 140;
            """);
    for (int i = 0; i < KEYS.size(); i++) {
      sql.append(
          "UPDATE shop.key_%1$d SET v = -v WHERE v %% 3 = 0; DELETE FROM shop.key_%1$d WHERE v %% 5 = 0;"
              .formatted(i));
    }
    return sql.toString();
  }

  /** A change of shape; the table is copied anew. */
  static String reshape() {
    return "ALTER TABLE shop.reshaped DROP COLUMN gone, ADD COLUMN added int DEFAULT 7,"
        + " ADD COLUMN gone date, ALTER COLUMN price TYPE numeric(8,3);"
        + "UPDATE shop.reshaped SET gone = '2026-11-21' WHERE id <= 10";
  }

  /** Changes after {@link #reshape()} has arrived. */
  static String changeReshaped() {
    return "UPDATE shop.reshaped SET added = id, price = price / 8 WHERE id % 4 = 0;"
        + "DELETE FROM shop.reshaped WHERE id % 9 = 0";
  }

  /** One of many small transactions on the orders. */
  static String changeOrders(int round) {
    return "UPDATE shop.orders SET total = total + 0.01 WHERE id %% 97 = %1$d; DELETE FROM shop.orders WHERE id = %1$d * 31; INSERT INTO shop.orders VALUES (%1$d + 10000, NULL, %1$d, NULL);"
        .formatted(round);
  }
}
