package io.deltamirror.lake.apply;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.lake.delta.DeltaTable;
import io.deltamirror.lake.delta.ShapeCommit;
import io.deltamirror.lake.delta.ShapeDifference;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.delta.WrittenFile;
import io.deltamirror.lake.parquet.UnsortedRowsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings Delta tables into another shape, by one commit: columns are added, dropped and renamed,
 * and rows from before a column get the value that PostgreSQL shows in it. Thread-safe.
 */
final class TableEvolution {
  private static final Logger LOG = LoggerFactory.getLogger(TableEvolution.class);

  private final FileRewriter rewriter;

  TableEvolution(FileRewriter rewriter) {
    this.rewriter = rewriter;
  }

  /**
   * Evolves the table.
   *
   * @param difference between the base and the shape; no obstacle
   * @throws OtherShapeException when a value of older rows is none of its column's form, or rows
   *     that have to be written anew are in no order
   */
  TableVersion evolve(
      DeltaTable table, TableVersion base, TableSchema shape, ShapeDifference difference)
      throws IOException {
    TableColumns columns = base.columnsFor(shape);
    Map<Integer, Object> filled = filled(base, shape, difference.added());
    LOG.info("{}: {}", table.path(), difference.text());
    Optional<List<WrittenFile>> rewritten =
        filled.isEmpty()
            ? Optional.empty()
            : Optional.of(rewrite(table, base, columns, shape, filled));
    Failpoints.reach(Failpoint.APPLY_RESHAPING);
    TableVersion evolved =
        table.commit(new ShapeCommit(base, shape, columns, rewritten, difference.text()));
    Failpoints.reach(Failpoint.APPLY_RESHAPED);
    return evolved;
  }

  private List<WrittenFile> rewrite(
      DeltaTable table,
      TableVersion base,
      TableColumns columns,
      TableSchema shape,
      Map<Integer, Object> filled)
      throws IOException {
    try {
      return rewriter.rewrite(table, base, columns, sources(base, shape), filled);
    } catch (UnsortedRowsException e) {
      throw new OtherShapeException(
          shape,
          base.position(),
          "somebody else has compacted the table, and its files are in no order",
          e);
    }
  }

  /** What older rows have in new columns, by their index in the new shape. */
  private static Map<Integer, Object> filled(
      TableVersion base, TableSchema shape, List<Column> added) {
    Map<Integer, Object> filled = new HashMap<>();
    RowCodec rows = new RowCodec(shape);
    for (int i = 0; i < shape.columns().size(); i++) {
      Column column = shape.columns().get(i);
      String text = shape.missing().get(column.attnum());
      if (text != null && added.contains(column)) {
        filled.put(i, parse(base, rows, i, text));
      }
    }
    return filled;
  }

  private static Object parse(TableVersion base, RowCodec rows, int index, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      return rows.parse(index, bytes, 0, bytes.length);
    } catch (MirrorException e) {
      throw new OtherShapeException(
          rows.table(),
          base.position(),
          "older rows have a value in the new column "
              + rows.table().columns().get(index).name()
              + " that cannot be filled in: "
              + e.getMessage(),
          e);
    }
  }

  /** Where each column of the shape is in the base's rows, or -1. */
  private static int[] sources(TableVersion base, TableSchema shape) {
    Map<Integer, Integer> byAttnum = new HashMap<>();
    for (int i = 0; i < base.shape().columns().size(); i++) {
      byAttnum.put(base.shape().columns().get(i).attnum(), i);
    }
    return shape.columns().stream()
        .mapToInt(column -> byAttnum.getOrDefault(column.attnum(), -1))
        .toArray();
  }
}
