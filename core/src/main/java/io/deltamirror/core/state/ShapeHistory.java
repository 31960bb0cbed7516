package io.deltamirror.core.state;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.schema.TextType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is remembered of a table's shape beside the shape itself; it outlives reseeds.
 *
 * @param changes the last {@value #KEPT}, the oldest first
 * @param asText attnums of columns that are carried as text, since a value did not fit their form
 * @param storage where the source had the rows: when files and attributes are others while the
 *     columns are the same, an ALTER has rewritten the rows
 * @param formerNames names that the table had, whose Delta tables may still hold its rows
 * @param notes what people should know of it: which columns and changes are not mirrored, and why
 */
public record ShapeHistory(
    List<ShapeChange> changes,
    SortedSet<Integer> asText,
    RowStorage storage,
    List<TableName> formerNames,
    List<String> notes) {
  /** Changes that are kept. */
  public static final int KEPT = 20;

  /** Of a table that has just joined. */
  public static final ShapeHistory NONE =
      new ShapeHistory(List.of(), new TreeSet<>(), RowStorage.UNKNOWN, List.of(), List.of());

  public ShapeHistory {
    changes = List.copyOf(changes);
    storage = storage == null ? RowStorage.UNKNOWN : storage;
    asText = Collections.unmodifiableSortedSet(new TreeSet<>(asText));
    formerNames = formerNames == null ? List.of() : List.copyOf(formerNames);
    notes = notes == null ? List.of() : List.copyOf(notes);
  }

  /** With one more change. */
  public ShapeHistory with(ShapeChange change) {
    List<ShapeChange> all = new ArrayList<>(changes);
    all.add(change);
    return new ShapeHistory(
        all.subList(Math.max(0, all.size() - KEPT), all.size()),
        asText,
        storage,
        formerNames,
        notes);
  }

  /** With one more column that is carried as text. */
  public ShapeHistory withText(int attnum) {
    SortedSet<Integer> all = new TreeSet<>(asText);
    all.add(attnum);
    return new ShapeHistory(changes, all, storage, formerNames, notes);
  }

  /** With another place of the rows. */
  public ShapeHistory at(RowStorage place) {
    return new ShapeHistory(changes, asText, place, formerNames, notes);
  }

  /** With other notes. */
  public ShapeHistory noting(List<String> others) {
    return new ShapeHistory(changes, asText, storage, formerNames, others);
  }

  /** With the name that it no longer has among the former ones, and without the one that it has. */
  ShapeHistory renamed(TableName from, TableName to) {
    List<TableName> former = new ArrayList<>(formerNames);
    if (!former.contains(from)) {
      former.add(from);
    }
    former.remove(to);
    return former.equals(formerNames)
        ? this
        : new ShapeHistory(changes, asText, storage, former, notes);
  }

  /** Without names whose Delta tables hold nothing of it any more. */
  public ShapeHistory without(List<TableName> emptied) {
    return new ShapeHistory(
        changes,
        asText,
        storage,
        formerNames.stream().filter(name -> !emptied.contains(name)).toList(),
        notes);
  }

  /** A shape of the catalog as it is carried: with the columns as text that have to be. */
  public TableSchema carried(TableSchema shape) {
    if (asText.isEmpty()) {
      return shape;
    }
    List<Column> columns = new ArrayList<>();
    for (Column column : shape.columns()) {
      columns.add(asText.contains(column.attnum()) ? column.carriedAs(new TextType()) : column);
    }
    return shape.withColumns(columns);
  }
}
