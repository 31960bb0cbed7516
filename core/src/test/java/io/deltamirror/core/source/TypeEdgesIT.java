package io.deltamirror.core.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.core.schema.TypeOptions;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The edges of each type, as PostgreSQL prints them under the settings of our sessions. */
class TypeEdgesIT {
  private static final TypeOptions SCALE_4 = new TypeOptions(true, Optional.of(4));

  private static SourceServer server;
  private static Connection connection;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = new SourceServer("replica");
    SourceSession session = server.database("edges");
    SourceServer.run(
        session,
        "ALTER DATABASE edges SET bytea_output = escape",
        "ALTER DATABASE edges SET intervalstyle = iso_8601",
        "ALTER DATABASE edges SET datestyle = 'German'",
        "ALTER DATABASE edges SET timezone = 'Asia/Kolkata'",
        "ALTER DATABASE edges SET extra_float_digits = -3",
        "ALTER DATABASE edges SET lc_monetary = 'C'",
        "CREATE TYPE mood AS ENUM ('so so', 'ok')",
        "CREATE TYPE pair AS (a int, b text, c text)");
    connection = session.open();
  }

  @AfterAll
  static void stop() throws IOException, SQLException {
    connection.close();
    server.close();
  }

  /**
   * The value of an expression, as a column of the given type carries it. It is printed by the
   * type's output function, like in a copy or in the WAL; a cast to text differs for some types.
   */
  private static Object value(String type, String literal, TypeOptions options) {
    String declared = type.replaceFirst("^(mood|pair)", "public.$1");
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMP TABLE edge (c " + declared + ")");
      try (Statement insert = connection.createStatement()) {
        insert.execute("INSERT INTO edge VALUES (" + literal + ")");
        try (ResultSet row =
            insert.executeQuery(
                "SELECT format('%s', c), atttypid::bigint, atttypmod, attndims FROM edge, pg_attribute"
                    + " WHERE attrelid = 'edge'::regclass AND attname = 'c'")) {
          row.next();
          ColumnType form =
              new SourceTypes(connection, options)
                  .of((int) row.getLong(2), row.getInt(3), row.getInt(4));
          byte[] text = row.getString(1).getBytes(StandardCharsets.UTF_8);
          return form.parse(text, 0, text.length);
        }
      } finally {
        statement.execute("DROP TABLE edge");
      }
    } catch (SQLException e) {
      throw new AssertionError(type + " " + literal, e);
    }
  }

  private static Object value(String type, String literal) {
    return value(type, literal, TypeOptions.DEFAULT);
  }

  private static void unfit(String type, String literal, TypeOptions options) {
    assertThatThrownBy(() -> value(type, literal, options))
        .isInstanceOfSatisfying(
            MirrorException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNREPRESENTABLE_VALUE));
  }

  private static long micros(LocalDateTime time) {
    return ChronoUnit.MICROS.between(LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), time);
  }

  @Test
  void numbersReachToTheirLimits() {
    assertThat(value("smallint", "-32768")).isEqualTo(-32_768);
    assertThat(value("integer", "2147483647")).isEqualTo(Integer.MAX_VALUE);
    assertThat(value("bigint", "-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
    assertThat(value("oid", "4294967295")).isEqualTo(0xFFFF_FFFFL);
    assertThat(value("xid", "'4294967295'")).isEqualTo(0xFFFF_FFFFL);
    assertThat(value("cid", "'4294967295'")).isEqualTo(0xFFFF_FFFFL);
    assertThat(value("boolean", "true")).isEqualTo(true);
  }

  @Test
  void floatsKeepEachBit() {
    assertThat(value("float8", "'-0'")).isEqualTo(-0.0d);
    assertThat(value("float8", "0.1::float8 + 0.2::float8")).isEqualTo(0.1d + 0.2d);
    assertThat(value("float8", "'5e-324'")).isEqualTo(Double.MIN_VALUE);
    assertThat(value("float8", "'-Infinity'")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(value("float8", "'NaN'")).isEqualTo(Double.NaN);
    assertThat(value("float4", "'3.4028235e38'")).isEqualTo(Float.MAX_VALUE);
    assertThat(value("float4", "'-0'")).isEqualTo(-0.0f);
    assertThat(value("float4", "'NaN'")).isEqualTo(Float.NaN);
  }

  @Test
  void numericsAreDecimalsWhereTheyFit() {
    assertThat(value("numeric(9,2)", "-1234567.89")).isEqualTo(-123_456_789L);
    assertThat(value("numeric(38,10)", "'" + "9".repeat(28) + "." + "9".repeat(10) + "'"))
        .isEqualTo(new BigInteger("9".repeat(38)));
    assertThat(value("numeric(5,-3)", "-12345678")).isEqualTo(-12_346_000L);
    assertThat(value("numeric(3,5)", "0.001234")).isEqualTo(123L);
    unfit("numeric(9,2)", "'NaN'", TypeOptions.DEFAULT);
    unfit("numeric(38,10)", "'NaN'", TypeOptions.DEFAULT);
    assertThat(value("numeric(39,2)", "'NaN'")).hasToString("NaN");
    assertThat(value("numeric", "'-Infinity'")).hasToString("-Infinity");
    assertThat(value("numeric", "1.500")).hasToString("1.500");
    String long1 = "1" + "0".repeat(1_000) + "." + "0".repeat(500) + "1";
    assertThat(value("numeric", long1)).hasToString(long1);
  }

  @Test
  void numericsUnderAnOptionAreNeverRounded() {
    assertThat(value("numeric", "1.5", SCALE_4)).isEqualTo(BigInteger.valueOf(15_000));
    assertThat(value("numeric", "1.500000", SCALE_4)).isEqualTo(BigInteger.valueOf(15_000));
    assertThat(value("numeric", "-1e33", SCALE_4)).isEqualTo(BigInteger.TEN.pow(37).negate());
    assertThat(value("numeric(50,2)", "7", SCALE_4)).isEqualTo(BigInteger.valueOf(70_000));
    unfit("numeric", "0.00001", SCALE_4);
    unfit("numeric", "1e34", SCALE_4);
    unfit("numeric", "'NaN'", SCALE_4);
    unfit("numeric", "'Infinity'", SCALE_4);
  }

  @Test
  void datesAndTimes() {
    assertThat(value("date", "'4713-01-01 BC'"))
        .isEqualTo((int) LocalDate.of(-4712, 1, 1).toEpochDay());
    assertThat(value("date", "'5874897-12-31'"))
        .isEqualTo((int) LocalDate.of(5_874_897, 12, 31).toEpochDay());
    unfit("date", "'infinity'", TypeOptions.DEFAULT);
    unfit("date", "'-infinity'", TypeOptions.DEFAULT);
    assertThat(value("timestamp", "'0044-03-15 12:00:00.000001 BC'"))
        .isEqualTo(micros(LocalDateTime.of(-43, 3, 15, 12, 0, 0, 1_000)));
    assertThat(value("timestamptz", "'2024-07-01 12:00:00.5+05:30'"))
        .isEqualTo(micros(LocalDateTime.of(2024, 7, 1, 6, 30, 0, 500_000_000)));
    assertThat(value("timestamp", "'294247-01-10 04:00:54.775807'")).isEqualTo(Long.MAX_VALUE);
    assertThat(value("timestamptz", "'4714-11-24 00:00:00+00 BC'"))
        .isEqualTo(micros(LocalDateTime.of(-4713, 11, 24, 0, 0)));
    for (String type : List.of("timestamp", "timestamptz")) {
      unfit(type, "'infinity'", SCALE_4);
      unfit(type, "'-infinity'", TypeOptions.DEFAULT);
      unfit(type, "'294276-12-31 23:59:59.999999'", SCALE_4);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "bit(4)|B'0101'|0101",
        "varbit|B''|~~",
        "char(4)|'a'|~a   ~",
        "varchar(3)|''|~~",
        "\"char\"|'x'|x",
        "text|E'\\u00e4\\n\\t\\\\'|~ä\n\t\\~",
        "money|-1234.5|-$1,234.50",
        "interval|'1 year 2 months 3 days 04:05:06.7'|1 year 2 mons 3 days 04:05:06.7",
        "interval|'-1 day'|-1 days",
        "interval|'infinity'|infinity",
        "time|'24:00:00'|24:00:00",
        "time|'23:59:59.999999'|23:59:59.999999",
        "timetz|'12:00:00+05:30'|12:00:00+05:30",
        "uuid|'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'|a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "json|'{\"b\": 1,  \"a\":2, \"a\":3}'|{\"b\": 1,  \"a\":2, \"a\":3}",
        "jsonb|'{\"b\": 1,  \"a\":2, \"a\":3}'|{\"a\": 3, \"b\": 1}",
        "jsonpath|'$.a[*] ? (@ > 1)'|$.\"a\"[*]?(@ > 1)",
        "xml|'<a  b=\"1\"/>x'|<a  b=\"1\"/>x",
        "inet|'10.1.2.3/8'|10.1.2.3/8",
        "inet|'10.1.2.3'|10.1.2.3",
        "cidr|'10.0.0.0/8'|10.0.0.0/8",
        "macaddr|'08-00-2b-01-02-03'|08:00:2b:01:02:03",
        "macaddr8|'08-00-2b-01-02-03'|08:00:2b:ff:fe:01:02:03",
        "int4range|'[1,5]'|[1,6)",
        "numrange|'(1.50,]'|(1.50,)",
        "int4range|'empty'|empty",
        "int4multirange|'{[1,2],[3,4],[9,9]}'|{[1,5),[9,10)}",
        "int4multirange|'{}'|{}",
        "tstzrange|'[2024-01-01 00:00+05:30,infinity)'|[\"2023-12-31 18:30:00+00\",infinity)",
        "point|'(0.1,-0)'|(0.1,-0)",
        "box|'(0,0),(1,1)'|(1,1),(0,0)",
        "line|'{1,2,3}'|{1,2,3}",
        "lseg|'[(0,0),(1,1)]'|[(0,0),(1,1)]",
        "path|'[(0,0),(1,1)]'|[(0,0),(1,1)]",
        "polygon|'((0,0),(1,1),(1,0))'|((0,0),(1,1),(1,0))",
        "circle|'<(0,0),1e300>'|<(0,0),1e+300>",
        "tsvector|'b:2A a'|'a' 'b':2A",
        "tsquery|'a & !b:*'|'a' & !'b':*",
        "pg_lsn|'16/B374D848'|16/B374D848",
        "xid8|'18446744073709551615'|18446744073709551615",
        "tid|'(0,1)'|(0,1)",
        "pg_snapshot|'10:20:10,14'|10:20:10,14",
        "regclass|'pg_class'|pg_class",
        "regtype|'int4'|integer",
        "int2vector|'1 2'|1 2",
        "mood|'so so'|so so",
        "pair|(1, 'a \"b', NULL)|(1,\"a \"\"b\",)"
      })
  void whatIsTextIsWhatPostgresPrints(String type, String literal, String text) {
    assertThat(value(type, literal)).isEqualTo(new Utf8(text));
  }

  @Test
  void bytes() {
    byte[] all = new byte[256];
    IntStream.range(0, 256).forEach(i -> all[i] = (byte) i);
    String hex = java.util.HexFormat.of().formatHex(all);
    assertThat(value("bytea", "'\\x" + hex + "'")).isEqualTo(ByteBuffer.wrap(all));
    assertThat(value("bytea", "''")).isEqualTo(ByteBuffer.allocate(0));
  }

  @Test
  void arrays() {
    assertThat(value("int[]", "'{}'")).isEqualTo(List.of());
    assertThat(value("int[][]", "'{}'")).isEqualTo(List.of());
    assertThat(value("int[]", "'{NULL,1}'")).isEqualTo(Arrays.asList(null, 1));
    assertThat(value("int[][]", "'{{1},{2}}'")).isEqualTo(List.of(List.of(1), List.of(2)));
    assertThat(value("float8[]", "'{NaN,-0}'")).isEqualTo(List.of(Double.NaN, -0.0));
    assertThat(value("numeric(9,2)[]", "'{1.5}'")).isEqualTo(List.of(150L));
    assertThat(value("numeric[]", "'{1.50,NaN}'"))
        .isEqualTo(List.of(new Utf8("1.50"), new Utf8("NaN")));
    assertThat(value("bytea[]", "ARRAY['\\x00ff'::bytea, '']"))
        .isEqualTo(List.of(ByteBuffer.wrap(new byte[] {0, -1}), ByteBuffer.allocate(0)));
    assertThat(value("timestamptz[]", "'{1970-01-01 05:30+05:30}'")).isEqualTo(List.of(0L));
    assertThat(value("box[]", "'{(1,1),(0,0);(2,2),(0,0)}'"))
        .isEqualTo(List.of(new Utf8("(1,1),(0,0)"), new Utf8("(2,2),(0,0)")));
    assertThat(value("mood[]", "'{so so,ok}'"))
        .isEqualTo(List.of(new Utf8("so so"), new Utf8("ok")));
    assertThat(value("pair[]", "ARRAY[(1, 'a,\"b', NULL)::public.pair]"))
        .isEqualTo(List.of(new Utf8("(1,\"a,\"\"b\",)")));
    assertThat(value("int4range[]", "'{\"[1,3)\",empty}'"))
        .isEqualTo(List.of(new Utf8("[1,3)"), new Utf8("empty")));
    assertThat(value("int2vector[]", "'{1 2}'")).isEqualTo(List.of(new Utf8("1 2")));
  }

  @Test
  void whatIsNoListIsUnfit() {
    unfit("int[]", "'{{1,2}}'", TypeOptions.DEFAULT);
    unfit("int[][]", "'{1,2}'", TypeOptions.DEFAULT);
    unfit("int[]", "'[0:1]={1,2}'", TypeOptions.DEFAULT);
    unfit("int[][]", "'[1:1][2:3]={{1,2}}'", TypeOptions.DEFAULT);
    unfit("date[]", "'{infinity}'", TypeOptions.DEFAULT);
    unfit("numeric(9,2)[]", "'{NaN}'", TypeOptions.DEFAULT);
    unfit("int[]", "array_fill(1, ARRAY[1048577])", TypeOptions.DEFAULT);
  }
}
