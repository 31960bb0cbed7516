package io.deltamirror.core.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.core.schema.ColumnTypes;
import io.deltamirror.core.schema.TypeOptions;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code docs/types.md} says what the code does, for all types that PostgreSQL has. */
class TypesDocIT {
  private static SourceServer server;
  private static SourceSession session;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = new SourceServer("replica");
    session = server.database("types");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static void sameAsResolved(List<TypeRow> rows, TypeOptions options) throws SQLException {
    List<String> columns = new ArrayList<>();
    List<String> documented = new ArrayList<>();
    for (TypeRow row : rows) {
      columns.add("c" + columns.size() + " " + row.type());
      documented.add(cells(row.type(), row.form(), row.avro()));
    }
    SourceServer.run(
        session,
        "DROP TABLE IF EXISTS probe",
        "CREATE TABLE probe (" + String.join(", ", columns) + ")");
    List<String> resolved = new ArrayList<>();
    try (Connection connection = session.open();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT atttypid::bigint, atttypmod, attndims FROM pg_attribute"
                    + " WHERE attrelid = 'public.probe'::regclass AND attnum > 0 ORDER BY attnum")) {
      SourceTypes types = new SourceTypes(connection, options);
      while (row.next()) {
        ColumnType type = types.of((int) row.getLong(1), row.getInt(2), row.getInt(3));
        String name = rows.get(resolved.size()).type();
        resolved.add(cells(name, type.form(), avro(type.avro())));
      }
    }
    assertThat(documented).as("docs/types.md").isNotEmpty().isEqualTo(resolved);
  }

  private static String cells(String type, String form, String avro) {
    return "| `" + type + "` | `" + form + "` | " + avro + " |";
  }

  private static String avro(Schema schema) {
    if (schema.getType() == Schema.Type.ARRAY) {
      assertThat(schema.getElementType().getTypes().get(0).getType()).isEqualTo(Schema.Type.NULL);
      return "array of " + avro(schema.getElementType().getTypes().get(1));
    }
    String name = schema.getType().getName();
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return name + " decimal(" + decimal.getPrecision() + "," + decimal.getScale() + ")";
    }
    return schema.getLogicalType() == null ? name : name + " " + schema.getLogicalType().getName();
  }

  @Test
  void eachTypeOfPostgresIsThere() throws SQLException, IOException {
    List<String> types = new ArrayList<>();
    try (Connection connection = session.open();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT format_type(oid, NULL) FROM pg_type t"
                    + " WHERE typnamespace = 'pg_catalog'::regnamespace"
                    + " AND typtype IN ('b', 'r', 'm')"
                    + " AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)")) {
      while (row.next()) {
        types.add(row.getString(1));
      }
    }
    List<String> documented =
        TypeRow.of("Built-in types").stream()
            .map(row -> row.type().replaceFirst("\\(.*\\)$", ""))
            .distinct()
            .toList();
    assertThat(documented).as("docs/types.md").containsExactlyInAnyOrderElementsOf(types);
  }

  @Test
  void eachTypeHasItsForm() throws SQLException, IOException {
    sameAsResolved(TypeRow.of("Built-in types"), TypeOptions.DEFAULT);
    sameAsResolved(TypeRow.of("Arrays"), TypeOptions.DEFAULT);
  }

  @Test
  void eachOptionDoesWhatItSays() throws SQLException, IOException {
    sameAsResolved(TypeRow.of("Options"), new TypeOptions(true, Optional.of(6)));
  }

  @Test
  void eachArrayOfPostgresIsAListOfWhatItsElementsAre() throws SQLException {
    int arrays = 0;
    try (Connection connection = session.open();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT typarray::bigint, oid::bigint, typdelim FROM pg_type"
                    + " WHERE typnamespace = 'pg_catalog'::regnamespace"
                    + " AND typtype IN ('b', 'r', 'm') AND typarray <> 0")) {
      SourceTypes types = new SourceTypes(connection, TypeOptions.DEFAULT);
      while (row.next()) {
        String element = types.of((int) row.getLong(2), -1, 0).form();
        String more = row.getString(3).equals(";") ? ";" : "";
        assertThat(types.of((int) row.getLong(1), -1, 1).form())
            .isEqualTo("array(" + element + more + ")");
        assertThat(types.of((int) row.getLong(1), -1, 0))
            .isEqualTo(ColumnTypes.parse("array(" + element + more + ")"));
        arrays++;
      }
    }
    assertThat(arrays).isGreaterThan(60);
  }
}
