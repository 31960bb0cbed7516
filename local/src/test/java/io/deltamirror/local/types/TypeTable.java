package io.deltamirror.local.types;

import io.deltamirror.core.schema.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A table into which each row comes on several ways: into the initial copy with the key i, and
 * through the WAL as an INSERT with the key 1000 + i, as an UPDATE with 2000 + i, and with values
 * that an UPDATE leaves alone with 3000 + i. The last of each way is NULL wherever it can be.
 *
 * @param unfit whether there are values that only text can hold
 */
record TypeTable(TableName name, List<TypeColumn> columns, boolean unfit) {
  static final int WAYS = 4;
  static final int STEP = 1000;

  TypeTable {
    columns = List.copyOf(columns);
  }

  static TypeTable of(String schema, TypeColumn column, boolean unfit) {
    return new TypeTable(new TableName(schema, column.name()), List.of(column), unfit);
  }

  /** Tables of several columns each: fewer of them take less time. */
  static List<TypeTable> groups(
      String schema, List<TypeValues> types, Function<TypeValues, TypeColumn> column, int size) {
    List<TypeTable> tables = new ArrayList<>();
    for (int from = 0; from < types.size(); from += size) {
      List<TypeColumn> columns =
          types.subList(from, Math.min(types.size(), from + size)).stream().map(column).toList();
      tables.add(new TypeTable(new TableName(schema, "t" + from), columns, false));
    }
    return tables;
  }

  /** Rows on each way. */
  int rows() {
    return 1 + columns.stream().mapToInt(column -> column.values().size()).max().orElseThrow();
  }

  /** A column's value in a row of each way. */
  String value(TypeColumn column, int row) {
    return row == rows() - 1 ? column.absent() : column.value(row);
  }

  private String qualified() {
    return name.schema() + ".\"" + name.name() + '"';
  }

  String create() {
    return "CREATE TABLE "
        + qualified()
        + " (k integer PRIMARY KEY, "
        + columns.stream().map(TypeColumn::definition).collect(Collectors.joining(", "))
        + ", n integer)";
  }

  /** What is there before the mirror is. */
  List<String> before() {
    String first = columns.stream().map(c -> c.value(0)).collect(Collectors.joining(", "));
    return List.of(
        "INSERT INTO " + qualified() + " VALUES " + rows(0),
        "INSERT INTO "
            + qualified()
            + " SELECT i, "
            + first
            + " FROM generate_series("
            + 2 * STEP
            + ", "
            + (2 * STEP + rows() - 1)
            + ") i",
        "INSERT INTO " + qualified() + " VALUES " + rows(3 * STEP));
  }

  /** What comes through the WAL. */
  List<String> after() {
    List<String> statements = new ArrayList<>();
    statements.add("INSERT INTO " + qualified() + " VALUES " + rows(STEP));
    for (int i = 0; i < rows(); i++) {
      int row = i;
      String set =
          columns.stream()
              .map(column -> '"' + column.name() + "\" = " + value(column, row))
              .collect(Collectors.joining(", "));
      statements.add("UPDATE " + qualified() + " SET " + set + " WHERE k = " + (2 * STEP + i));
    }
    statements.add("UPDATE " + qualified() + " SET n = 1 WHERE k >= " + 3 * STEP);
    return statements;
  }

  private String rows(int from) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < rows(); i++) {
      int row = i;
      rows.add(
          "("
              + (from + i)
              + ", "
              + columns.stream().map(c -> value(c, row)).collect(Collectors.joining(", "))
              + ")");
    }
    return String.join(", ", rows);
  }
}
