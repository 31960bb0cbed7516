package io.deltamirror.lake.verify;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.source.SourceErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/** Statements that find rows of the source by their keys. Not thread-safe. */
final class KeyLookUp {
  private final PGConnection connection;
  private final SourceTypes types;

  KeyLookUp(PGConnection connection, SourceTypes types) {
    this.connection = connection;
    this.types = types;
  }

  /** Whether the key's values can be compared by operators that every session finds. */
  boolean isPossible(RowShape shape) {
    return !shape.keyless()
        && shape.keyColumns().stream().map(types::of).allMatch(SourceType::ownEquality);
  }

  /**
   * Finds the given keys, of which none has a NULL, and perhaps some that PostgreSQL finds equal.
   *
   * @param columns what to select of the table {@code t}
   * @param from the table as it stands behind FROM
   */
  String query(List<RowKey> keys, RowShape shape, String columns, String from) {
    List<Column> keyColumns = shape.keyColumns();
    String names =
        keyColumns.stream()
            .map(column -> TableName.quote(column.name()))
            .collect(Collectors.joining(", "));
    String equal =
        keyColumns.stream()
            .map(column -> TableName.quote(column.name()))
            .map(name -> "t." + name + " = wanted." + name)
            .collect(Collectors.joining(" AND "));
    return String.format(
        "SELECT %s FROM (VALUES %s) AS wanted (%s) JOIN %s AS t ON %s",
        columns,
        keys.stream().map(key -> values(key, shape)).collect(Collectors.joining(", ")),
        names,
        from,
        equal);
  }

  private String values(RowKey key, RowShape shape) {
    List<String> values = new ArrayList<>();
    for (Column column : shape.keyColumns()) {
      String text = shape.texts(key).get(column.name());
      values.add(literal(text, types.of(column)));
    }
    return "(" + String.join(", ", values) + ")";
  }

  /** Without the domain, whose rules a value that should not be there may break. */
  private String literal(String text, SourceType type) {
    try {
      return "CAST('" + connection.escapeLiteral(text) + "' AS " + type.literal() + ")";
    } catch (SQLException e) {
      throw SourceErrors.of("cannot quote a key", e);
    }
  }
}
