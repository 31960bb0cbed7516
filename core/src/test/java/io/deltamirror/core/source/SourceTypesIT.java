package io.deltamirror.core.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.core.schema.ColumnTypes;
import io.deltamirror.core.schema.TypeOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of type that a column can have is resolved to its form, by any role. */
class SourceTypesIT {
  private static SourceServer server;
  private static SourceSession admin;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = new SourceServer("replica");
    admin = server.database("types");
    SourceServer.run(
        admin,
        "CREATE ROLE reader LOGIN",
        "CREATE EXTENSION hstore",
        "CREATE EXTENSION citext",
        "CREATE EXTENSION ltree",
        "CREATE TYPE mood AS ENUM ('sad', 'it''s \"ok\"')",
        "CREATE TYPE pair AS (a int, b text)",
        "CREATE TYPE span AS RANGE (subtype = float8)",
        "CREATE TABLE other (id int)",
        "CREATE DOMAIN whole AS integer CHECK (VALUE > 0)",
        "CREATE DOMAIN whole2 AS whole NOT NULL",
        "CREATE DOMAIN price AS numeric(10, 2)",
        "CREATE DOMAIN price2 AS price",
        "CREATE DOMAIN note AS varchar(10)",
        "CREATE DOMAIN face AS mood",
        "CREATE DOMAIN list AS integer[]",
        "CREATE DOMAIN list2 AS list",
        "CREATE DOMAIN grid AS numeric(5, 1)[][]",
        "CREATE DOMAIN noon AS timestamp(3)",
        base("geometry", ""),
        base("geography", ""),
        base("odd", ", DELIMITER = '|'"));
  }

  /** As an extension would make one, with functions of bytea. */
  private static String base(String name, String more) {
    return "CREATE TYPE %1$s; CREATE FUNCTION %1$s_in(cstring) RETURNS %1$s AS 'byteain' LANGUAGE internal IMMUTABLE STRICT; CREATE FUNCTION %1$s_out(%1$s) RETURNS cstring AS 'byteaout' LANGUAGE internal IMMUTABLE STRICT; CREATE TYPE %1$s (INPUT = %1$s_in, OUTPUT = %1$s_out%2$s)"
        .formatted(name, more);
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  /** The forms of columns of the given types, as an ordinary role sees them. */
  private static Map<String, String> forms(TypeOptions options, List<String> types)
      throws SQLException {
    Map<String, String> forms = new LinkedHashMap<>();
    StringBuilder table = new StringBuilder("CREATE TABLE shown (");
    for (int i = 0; i < types.size(); i++) {
      table.append(i == 0 ? "" : ", ").append("c").append(i).append(' ').append(types.get(i));
    }
    SourceServer.run(admin, "DROP TABLE IF EXISTS shown", table + ")");
    try (Connection connection = server.session("types", "reader").open()) {
      SourceTypes source = new SourceTypes(connection, options);
      for (int i = 0; i < types.size(); i++) {
        forms.put(types.get(i), form(connection, source, "shown", "c" + i));
      }
    }
    return forms;
  }

  private static String form(Connection connection, SourceTypes types, String table, String column)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT atttypid::bigint, atttypmod, attndims FROM pg_attribute WHERE attrelid ="
                + " ('public.' || ?)::regclass AND attname = ?")) {
      select.setString(1, table);
      select.setString(2, column);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return types.of((int) row.getLong(1), row.getInt(2), row.getInt(3)).form();
      }
    }
  }

  private static void resolved(TypeOptions options, String... typesAndForms) throws SQLException {
    Map<String, String> expected = new LinkedHashMap<>();
    for (int i = 0; i < typesAndForms.length; i += 2) {
      expected.put(typesAndForms[i], typesAndForms[i + 1]);
    }
    assertThat(forms(options, List.copyOf(expected.keySet()))).isEqualTo(expected);
  }

  @Test
  void arraysAreListsOfWhatTheirElementsAre() throws SQLException {
    resolved(
        TypeOptions.DEFAULT,
        "integer[]",
        "array(integer)",
        "integer ARRAY[4]",
        "array(integer)",
        "int[][]",
        "array(array(integer))",
        "int[][][][][][]",
        "array(array(array(array(array(array(integer))))))",
        "numeric(10,2)[]",
        "array(decimal(10,2))",
        "numeric[]",
        "array(text)",
        "varchar(5)[]",
        "array(text)",
        "bytea[]",
        "array(binary)",
        "timestamp[]",
        "array(timestamp)",
        "timestamptz(0)[]",
        "array(timestamptz)",
        "date[]",
        "array(date)",
        "oid[]",
        "array(bigint)",
        "box[]",
        "array(text;)",
        "box[][]",
        "array(array(text;))",
        "point[]",
        "array(text)",
        "int4range[]",
        "array(text)",
        "int4multirange[]",
        "array(text)",
        "mood[]",
        "array(text)",
        "pair[]",
        "array(text)",
        "other[]",
        "array(text)",
        "public.hstore[]",
        "array(text)",
        "geometry[]",
        "array(ewkb)",
        "int2vector[]",
        "array(text)",
        "pg_class[]",
        "array(text)");
  }

  @Test
  void whatOnlyHasElementsIsNoArray() throws SQLException {
    resolved(
        TypeOptions.DEFAULT,
        "int2vector",
        "text",
        "oidvector",
        "text",
        "point",
        "text",
        "name",
        "text",
        "box",
        "text",
        "odd[]",
        "text");
  }

  @Test
  void aDomainIsCarriedLikeWhatItIsOver() throws SQLException {
    resolved(
        TypeOptions.DEFAULT,
        "whole",
        "integer",
        "whole2",
        "integer",
        "price",
        "decimal(10,2)",
        "price2",
        "decimal(10,2)",
        "note",
        "text",
        "face",
        "text",
        "noon",
        "timestamp",
        "list",
        "array(integer)",
        "list2",
        "array(integer)",
        "grid",
        "array(array(decimal(5,1)))",
        "whole[]",
        "array(integer)",
        "price2[][]",
        "array(array(decimal(10,2)))",
        "list[]",
        "array(text)",
        "information_schema.cardinal_number",
        "integer",
        "information_schema.time_stamp",
        "timestamptz");
  }

  @Test
  void whatOnlyPostgresKnowsIsText() throws SQLException {
    resolved(
        TypeOptions.DEFAULT,
        "mood",
        "text",
        "pair",
        "text",
        "span",
        "text",
        "span_multirange",
        "text",
        "other",
        "text",
        "odd",
        "text",
        "hstore",
        "text",
        "citext",
        "text",
        "ltree",
        "text",
        "geometry",
        "ewkb",
        "geography",
        "ewkb");
  }

  @Test
  void optionsHoldInArraysAndDomainsToo() throws SQLException {
    resolved(
        new TypeOptions(true, Optional.of(6)),
        "timestamp",
        "timestamp_ntz",
        "noon",
        "timestamp_ntz",
        "timestamp[]",
        "array(timestamp_ntz)",
        "timestamptz[]",
        "array(timestamptz)",
        "numeric",
        "decimal(38,6)",
        "numeric(50,3)[]",
        "array(decimal(38,6))",
        "numeric(10,2)",
        "decimal(10,2)",
        "price[]",
        "array(decimal(10,2))");
  }

  @Test
  void dimensionsThatWereNotDeclaredAreOne() throws SQLException {
    SourceServer.run(
        admin,
        "CREATE VIEW v AS SELECT '{{1,2}}'::int[] || 1 AS a",
        "CREATE TABLE made AS SELECT * FROM v WITH NO DATA");
    try (Connection connection = server.session("types", "reader").open()) {
      SourceTypes types = new SourceTypes(connection, TypeOptions.DEFAULT);
      assertThat(form(connection, types, "made", "a")).isEqualTo("array(integer)");
      assertThat(types.of(1007, -1, 7).form()).isEqualTo("text");
      assertThat(types.of(1007, -1, -1).form()).isEqualTo("array(integer)");
    }
  }

  @Test
  void aTypeThatWasMadeSinceIsKnownAndOneThatIsGoneIsText() throws SQLException {
    try (Connection connection = server.session("types", "reader").open()) {
      SourceTypes types = new SourceTypes(connection, TypeOptions.DEFAULT);
      assertThat(types.of(1007, -1, 1).form()).isEqualTo("array(integer)");
      SourceServer.run(
          admin, "CREATE DOMAIN later AS bigint", "CREATE TABLE late (a later[], b later)");
      assertThat(form(connection, types, "late", "a")).isEqualTo("array(bigint)");
      assertThat(form(connection, types, "late", "b")).isEqualTo("bigint");
      assertThat(types.of(-17, -1, 0).form()).isEqualTo("text");
    }
  }

  @Test
  void typesOfTheUsersWithNamesOfPostgresChangeNothing() throws SQLException {
    SourceServer.run(
        admin,
        "CREATE SCHEMA hostile",
        "CREATE DOMAIN hostile.int4 AS text",
        "CREATE TABLE hostile.pg_type (oid oid)",
        "CREATE TABLE hostile.pg_class (oid oid)",
        "ALTER ROLE reader SET search_path = hostile, public",
        "GRANT USAGE ON SCHEMA hostile TO reader");
    resolved(
        TypeOptions.DEFAULT,
        "hostile.int4",
        "text",
        "hostile.int4[]",
        "array(text)",
        "int4",
        "integer");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void anArrayIsReadAsPostgresHoldsIt(int dimensions) throws SQLException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    ColumnType type =
        ColumnTypes.parse("array(".repeat(dimensions) + "text" + ")".repeat(dimensions));
    try (Connection connection = admin.open();
        PreparedStatement print = connection.prepareStatement("SELECT (?::text[])::text")) {
      for (int i = 0; i < 150; i++) {
        int[] lengths = random.ints(dimensions, 1, 5).toArray();
        List<Object> list = list(lengths, 0, random);
        print.setString(1, literal(list));
        byte[] text;
        try (ResultSet row = print.executeQuery()) {
          row.next();
          text = row.getString(1).getBytes(StandardCharsets.UTF_8);
        }
        assertThat(type.parse(text, 0, text.length)).as("seed %d", seed).isEqualTo(list);
      }
    }
  }

  private static final String[] PARTS = {
    "", " ", ",", ";", "{", "}", "\"", "\\", "NULL", "null", "a", "ä", "𝄞", "\t", "\n", "'",
    "[1:2]="
  };

  private static List<Object> list(int[] lengths, int dimension, Random random) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < lengths[dimension]; i++) {
      list.add(
          dimension + 1 < lengths.length ? list(lengths, dimension + 1, random) : text(random));
    }
    return list;
  }

  private static Utf8 text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int parts = random.nextInt(5); parts > 0; parts--) {
      text.append(PARTS[random.nextInt(PARTS.length)]);
    }
    return random.nextInt(6) == 0 ? null : new Utf8(text.toString());
  }

  private static String literal(Object value) {
    if (value instanceof List<?> list) {
      return String.join(",", list.stream().map(SourceTypesIT::literal).toList())
          .transform(inner -> "{" + inner + "}");
    }
    return value == null
        ? "NULL"
        : "\"" + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  @Test
  void whatAListCannotSayIsKnownByItsText() throws SQLException {
    try (Connection connection = admin.open();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT ARRAY[[1, 2], [3, 4]]::text, '[0:1]={1,2}'::int[]::text,"
                    + " array_fill(NULL::int, '{2}', '{5}')::text, '{}'::int[][]::text,"
                    + " ARRAY[NULL, 1]::text, ARRAY['NULL', NULL]::text,"
                    + " ARRAY[box '(1,1),(0,0)', box '(2,2),(1,1)']::text")) {
      row.next();
      assertThat(row.getString(1)).isEqualTo("{{1,2},{3,4}}");
      assertThat(row.getString(2)).isEqualTo("[0:1]={1,2}");
      assertThat(row.getString(3)).isEqualTo("[5:6]={NULL,NULL}");
      assertThat(row.getString(4)).isEqualTo("{}");
      assertThat(row.getString(5)).isEqualTo("{NULL,1}");
      assertThat(row.getString(6)).isEqualTo("{\"NULL\",NULL}");
      assertThat(row.getString(7)).isEqualTo("{(1,1),(0,0);(2,2),(1,1)}");
    }
  }
}
