package io.deltamirror.lake.delta;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What became of a table between two of its shapes. Columns are the same when their attnums are:
 * PostgreSQL keeps an attnum over a rename and never gives it out again.
 *
 * @param sentences one for each difference, for people; empty when rows of the one shape are rows
 *     of the other
 * @param added columns that only the later shape has
 * @param obstacle why the rows of the earlier shape cannot go on in the later one, if so
 */
public record ShapeDifference(
    List<String> sentences, List<Column> added, Optional<String> obstacle) {
  public ShapeDifference {
    sentences = List.copyOf(sentences);
    added = List.copyOf(added);
  }

  /** Whether there is none that matters: types may be called otherwise. */
  public boolean isNone() {
    return sentences.isEmpty();
  }

  /** All of it, for people. */
  public String text() {
    return String.join(", ", sentences);
  }

  /** What has to be done to get from the one shape to the other. */
  public static ShapeDifference between(TableSchema before, TableSchema after) {
    return new Comparison(before, after).result();
  }

  /** For one use. */
  private static final class Comparison {
    private final TableSchema before;
    private final TableSchema after;
    private final List<String> sentences = new ArrayList<>();
    private final List<Column> added = new ArrayList<>();
    private Optional<String> obstacle = Optional.empty();

    Comparison(TableSchema before, TableSchema after) {
      this.before = before;
      this.after = after;
    }

    ShapeDifference result() {
      if (before.oid() != after.oid()) {
        preventing("it is another table, with OID " + after.oid());
      }
      if (!before.name().equals(after.name())) {
        preventing("the table is now called " + after.name());
      }
      compareIdentities();
      compareColumns();
      boolean older = !sentences.isEmpty() && attnums(after) < attnums(before);
      if (older) {
        preventing("that is a shape from before the present one");
      }
      return new ShapeDifference(sentences, added, obstacle);
    }

    private void compareIdentities() {
      if (before.identity() == after.identity()) {
        return;
      }
      String change = "the replica identity is now " + after.identity();
      if (before.insertOnly() == after.insertOnly() && before.multiset() == after.multiset()) {
        sentences.add(change);
      } else {
        preventing(change);
      }
    }

    private void compareColumns() {
      Map<Integer, Column> earlier = new HashMap<>();
      before.columns().forEach(column -> earlier.put(column.attnum(), column));
      for (Column column : after.columns()) {
        Column known = earlier.remove(column.attnum());
        if (known == null) {
          add(column);
        } else {
          compare(known, column);
        }
      }
      for (Column column : before.columns()) {
        if (earlier.containsKey(column.attnum())) {
          drop(column);
        }
      }
    }

    private void add(Column column) {
      String change = "column " + column.name() + " is added";
      if (column.isKey()) {
        preventing(change + " to the key");
      } else if (column.attnum() <= attnums(before)) {
        // Older rows have values in it that nobody has seen.
        preventing("column " + column.name() + " appears, which was there before");
      } else {
        sentences.add(change);
        added.add(column);
      }
    }

    private void drop(Column column) {
      String change = "column " + column.name() + " is dropped";
      if (column.isKey()) {
        preventing(change + " from the key");
      } else {
        sentences.add(change);
      }
    }

    private void compare(Column known, Column column) {
      if (!known.name().equals(column.name())) {
        sentences.add("column " + known.name() + " is renamed to " + column.name());
      }
      if (known.keyOrdinal() != column.keyOrdinal()) {
        preventing("column " + column.name() + " has another place in the key");
      }
      if (!known.carriedAs().equals(column.carriedAs())) {
        preventing("column " + column.name() + " is now carried as " + column.carriedAs());
      } else if (known.typeOid() != column.typeOid() || known.typmod() != column.typmod()) {
        sentences.add("column " + column.name() + " is now of type " + column.typeName());
      }
    }

    private void preventing(String change) {
      sentences.add(change);
      obstacle = obstacle.or(() -> Optional.of(change));
    }

    private static int attnums(TableSchema shape) {
      int highest = shape.columns().stream().mapToInt(Column::attnum).max().orElse(0);
      return Math.max(shape.attnums(), highest);
    }
  }
}
