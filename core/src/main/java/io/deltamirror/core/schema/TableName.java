package io.deltamirror.core.schema;

import io.deltamirror.core.Printable;
import java.util.Objects;

/** A table's schema and name as PostgreSQL stores them: case kept, nothing quoted. */
public record TableName(String schema, String name) implements Comparable<TableName> {
  public TableName {
    Objects.requireNonNull(schema);
    Objects.requireNonNull(name);
  }

  /** Both parts quoted for SQL. */
  public String quoted() {
    return quote(schema) + "." + quote(name);
  }

  /** One identifier quoted for SQL, inner quotes doubled. */
  public static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  @Override
  public int compareTo(TableName other) {
    int bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : name.compareTo(other.name);
  }

  /** Both parts as they are, with a point between. */
  public String qualified() {
    return schema + "." + name;
  }

  /** For people, in one line: fit for logs and terminals whatever the name is. */
  @Override
  public String toString() {
    return Printable.line(qualified());
  }
}
