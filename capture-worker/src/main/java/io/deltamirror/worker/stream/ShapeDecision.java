package io.deltamirror.worker.stream;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ColumnTypes;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.state.ShapeHistory;
import io.deltamirror.core.state.ShapeWords;
import io.deltamirror.worker.pgoutput.Relation;
import io.deltamirror.worker.pgoutput.Relation.RelationColumn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Decides how a table goes on from its registered shape. It does so without a seed only where that
 * is certainly right: the columns are known by attnum, their old rows' values are known, and what
 * identifies a row is the same.
 *
 * <p>A pure function of what it is made with, so that it comes out the same whenever it is asked.
 */
final class ShapeDecision {
  /** text, character(n), character varying. */
  private static final Set<Integer> PLAIN_TEXT = Set.of(25, 1042, 1043);

  private final TableSchema registered;
  private final RowStorage storage;
  private final SourceTable source;
  private final TableSchema present;

  /**
   * @param registered the shape that the mirror has
   * @param history what is remembered of it
   * @param source the table in the catalog, read at or behind the place that is asked about
   */
  ShapeDecision(TableSchema registered, ShapeHistory history, SourceTable source) {
    this.registered = registered.withMissing(Map.of());
    this.storage = history.storage();
    this.source = source;
    this.present = history.carried(source.schema()).withMissing(Map.of());
  }

  /** The catalog's shape, as it is carried. */
  TableSchema present() {
    return present;
  }

  /** Whether the catalog's shape is another than the registered one. */
  boolean movedOn() {
    return !ShapeWords.differences(registered, present).isEmpty();
  }

  /** For a place at which the table certainly had the catalog's shape. */
  ShapeStep toPresent() {
    return step(present);
  }

  /** For a place at which the stream shows a shape; the catalog may be further. */
  ShapeStep at(Relation shown) {
    TableName name = RelationShape.name(shown);
    if (!name.equals(registered.name())) {
      return new ShapeStep.Anew("it is called " + name + " now");
    }
    List<String> names = shown.columns().stream().map(RelationColumn::name).toList();
    Optional<List<Integer>> attnums = ColumnsShown.of(registered, present, names);
    if (attnums.isEmpty()) {
      return new ShapeStep.Anew(
          "its shape changed more than once, and which column is which is not certain");
    }
    Optional<ReplicaIdentity> identity =
        IdentityShown.withSameKey(registered, present, shown, attnums.get(), source.relkind());
    if (identity.isEmpty()) {
      return new ShapeStep.Anew("what identifies its rows has changed");
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < shown.columns().size(); i++) {
      Optional<Column> column = column(attnums.get().get(i), shown.columns().get(i));
      if (column.isEmpty()) {
        return new ShapeStep.Anew(
            "column " + names.get(i) + " has changed again since, and is not known any more");
      }
      columns.add(column.get());
    }
    int highest = attnums.get().stream().mapToInt(Integer::intValue).max().orElse(0);
    return step(
        new TableSchema(
            registered.oid(),
            name,
            columns,
            identity.get(),
            Math.max(registered.attnums(), highest),
            Map.of()));
  }

  /** Name and type are the stream's; what it does not say is taken from where the type is so. */
  private Optional<Column> column(int attnum, RelationColumn shown) {
    Optional<Column> before = column(registered, attnum);
    return column(present, attnum)
        .filter(column -> sameType(column, shown))
        .or(() -> before.filter(column -> sameType(column, shown)))
        .map(
            known ->
                new Column(
                    attnum,
                    shown.name(),
                    shown.typeOid(),
                    shown.typmod(),
                    known.typeName(),
                    before.map(Column::keyOrdinal).orElse(0),
                    known.carriedAs()));
  }

  private static boolean sameType(Column column, RelationColumn shown) {
    return column.typeOid() == shown.typeOid() && column.typmod() == shown.typmod();
  }

  private static Optional<Column> column(TableSchema schema, int attnum) {
    return schema.columns().stream().filter(column -> column.attnum() == attnum).findFirst();
  }

  private ShapeStep step(TableSchema next) {
    Optional<String> obstacle = obstacle(next);
    if (obstacle.isPresent()) {
      return new ShapeStep.Anew(obstacle.get());
    }
    Map<Integer, Column> known =
        registered.columns().stream()
            .collect(Collectors.toMap(Column::attnum, Function.identity(), (a, b) -> a));
    Map<Integer, String> missing = new HashMap<>();
    for (Column column : next.columns()) {
      Column before = known.get(column.attnum());
      Optional<String> why = before == null ? added(column, missing) : changed(before, column);
      if (why.isPresent()) {
        return new ShapeStep.Anew(why.get());
      }
    }
    return new ShapeStep.Onward(
        next.withMissing(missing), ShapeWords.differences(registered, next));
  }

  private Optional<String> obstacle(TableSchema next) {
    if (!next.name().equals(registered.name())) {
      return Optional.of("it is called " + next.name() + " now");
    }
    if (!ShapeWords.keyAttnums(next).equals(ShapeWords.keyAttnums(registered))) {
      return Optional.of("its key is another");
    }
    if (next.insertOnly() != registered.insertOnly()) {
      return Optional.of("what the WAL tells of its old rows has changed");
    }
    return Optional.empty();
  }

  private Optional<String> added(Column column, Map<Integer, String> missing) {
    if (column.attnum() <= registered.attnums()) {
      return Optional.of("column " + column.name() + " is not generated any more");
    }
    String value = source.missing().get(column.attnum());
    if (value != null) {
      missing.put(column.attnum(), value);
      return fits(column, value)
          ? Optional.empty()
          : Optional.of("the default of column " + column.name() + " does not fit its type");
    }
    return rowsWereKept()
        ? Optional.empty()
        : Optional.of(
            "column "
                + column.name()
                + " was added, and only the source knows its value in old rows");
  }

  private static boolean fits(Column column, String value) {
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    try {
      ColumnTypes.of(column).parse(text, 0, text.length);
      return true;
    } catch (MirrorException e) {
      return false;
    }
  }

  private Optional<String> changed(Column before, Column after) {
    if (!before.carriedAs().equals(after.carriedAs())) {
      return Optional.of("column %s became %s".formatted(before.name(), after.typeName()));
    }
    boolean sameType = before.typeOid() == after.typeOid() && before.typmod() == after.typmod();
    return sameType || (isPrintedAlike(before, after) && rowsWereKept())
        ? Optional.empty()
        : Optional.of(
            "column %s became %s, and its values may be others"
                .formatted(before.name(), after.typeName()));
  }

  /** An ALTER may leave the bytes alone and have them printed otherwise: cidr to inet. */
  private static boolean isPrintedAlike(Column before, Column after) {
    return before.typeOid() == after.typeOid()
        || (PLAIN_TEXT.contains(before.typeOid()) && PLAIN_TEXT.contains(after.typeOid()));
  }

  /** Whether no ALTER can have rewritten the rows since their place was recorded. */
  private boolean rowsWereKept() {
    return !storage.equals(RowStorage.UNKNOWN) && storage.files().equals(source.storage().files());
  }
}
