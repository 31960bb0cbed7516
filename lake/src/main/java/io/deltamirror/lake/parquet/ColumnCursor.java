package io.deltamirror.lake.parquet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Walks through the rows of one column, whose reader always stands at the first value of the next
 * row: only there the repetition level, 0, tells that a list has ended. For one thread.
 */
final class ColumnCursor {
  private final ColumnReader reader;
  private final ColumnShape shape;
  private final ValueReader values;

  ColumnCursor(ColumnReader reader, ColumnShape shape, ValueReader values) {
    this.reader = reader;
    this.shape = shape;
    this.values = values;
  }

  private void skip(long rows) {
    for (long i = 0; i < rows; i++) {
      do {
        if (reader.getCurrentDefinitionLevel() == shape.leafLevel()) {
          reader.skip();
        }
        reader.consume();
      } while (reader.getCurrentRepetitionLevel() > 0);
    }
  }

  /**
   * The value of a row.
   *
   * @param skipped how many rows are passed over before it
   */
  Object read(long skipped) {
    skip(skipped);
    Object value = valueAt(0);
    if (reader.getCurrentRepetitionLevel() > 0) {
      throw new ParquetDecodingException("A list goes on where it has ended");
    }
    return value;
  }

  private Object valueAt(int depth) {
    int level = reader.getCurrentDefinitionLevel();
    if (depth == shape.depth()) {
      Object value = level == shape.leafLevel() ? values.read(reader) : null;
      reader.consume();
      return value;
    }
    if (level < shape.itemLevel(depth)) {
      reader.consume();
      return level < shape.listLevel(depth) ? null : List.of();
    }
    List<Object> list = new ArrayList<>();
    do {
      list.add(valueAt(depth + 1));
    } while (reader.getCurrentRepetitionLevel() == depth + 1);
    return Collections.unmodifiableList(list);
  }
}
