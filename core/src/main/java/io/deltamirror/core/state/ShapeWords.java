package io.deltamirror.core.state;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Says for people how two shapes of one table differ. Stateless. */
public final class ShapeWords {
  private ShapeWords() {}

  /**
   * One sentence for each difference, none when there is none; columns are the same when their
   * attnums are. Values that old rows have in new columns ({@link TableSchema#missing}) are none.
   */
  public static List<String> differences(TableSchema before, TableSchema after) {
    List<String> found = new ArrayList<>();
    if (!before.name().equals(after.name())) {
      found.add("the table " + before.name() + " is renamed to " + after.name());
    }
    Map<Integer, Column> later = byAttnum(after);
    Map<Integer, Column> earlier = byAttnum(before);
    for (Column column : before.columns()) {
      Column now = later.get(column.attnum());
      if (now == null) {
        found.add("column " + column.name() + " is dropped");
      } else {
        addChanges(found, column, now);
      }
    }
    for (Column column : after.columns()) {
      if (!earlier.containsKey(column.attnum())) {
        found.add("column " + column.name() + " " + column.typeName() + " is added");
      }
    }
    if (!keyAttnums(before).equals(keyAttnums(after))) {
      found.add("the key " + key(before) + " becomes " + key(after));
    }
    if (before.identity() != after.identity()) {
      found.add("replica identity " + before.identity() + " becomes " + after.identity());
    }
    if (found.isEmpty() && before.attnums() != after.attnums()) {
      found.add("a column was added and dropped again");
    }
    return found;
  }

  private static void addChanges(List<String> found, Column before, Column after) {
    if (!before.name().equals(after.name())) {
      found.add("column " + before.name() + " is renamed to " + after.name());
    }
    if (before.typeOid() != after.typeOid() || before.typmod() != after.typmod()) {
      found.add(
          "column " + after.name() + " " + before.typeName() + " becomes " + after.typeName());
    } else if (!before.carriedAs().equals(after.carriedAs())) {
      found.add("column " + after.name() + " is carried as " + after.carriedAs());
    } else if (!before.typeName().equals(after.typeName())) {
      found.add("the type of column " + after.name() + " is called " + after.typeName());
    }
  }

  private static String key(TableSchema shape) {
    return keyColumns(shape).stream().map(Column::name).collect(Collectors.joining(", ", "(", ")"));
  }

  /** What the key consists of, whatever its columns are called. */
  public static List<Integer> keyAttnums(TableSchema shape) {
    return keyColumns(shape).stream().map(Column::attnum).toList();
  }

  private static List<Column> keyColumns(TableSchema shape) {
    return Arrays.stream(shape.keyIndexes()).mapToObj(shape.columns()::get).toList();
  }

  private static Map<Integer, Column> byAttnum(TableSchema shape) {
    return shape.columns().stream()
        .collect(Collectors.toMap(Column::attnum, Function.identity(), (a, b) -> a));
  }
}
