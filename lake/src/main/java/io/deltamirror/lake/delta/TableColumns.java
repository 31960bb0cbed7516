package io.deltamirror.lake.delta;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.lake.parquet.DataColumn;
import io.deltamirror.lake.parquet.KeyOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** The columns of a Delta table, in the order of a row's values. Immutable. */
public final class TableColumns {
  private final List<TableColumn> columns;
  private final int[] keyIndexes;

  TableColumns(List<TableColumn> columns, int[] keyIndexes) {
    this.columns = List.copyOf(columns);
    this.keyIndexes = keyIndexes;
  }

  /** The columns of a shape, named and numbered as asked for by their index. */
  static TableColumns of(
      TableSchema shape, IntFunction<String> physicalNames, IntFunction<Integer> fieldIds) {
    List<ColumnType> types = new RowCodec(shape).types();
    List<String> names = ColumnNames.of(shape.columns());
    List<TableColumn> columns =
        IntStream.range(0, types.size())
            .mapToObj(
                i -> {
                  Column column = shape.columns().get(i);
                  return new TableColumn(
                      names.get(i),
                      physicalNames.apply(i),
                      fieldIds.apply(i),
                      types.get(i),
                      column.keyOrdinal());
                })
            .toList();
    return new TableColumns(columns, shape.keyIndexes());
  }

  public List<TableColumn> all() {
    return columns;
  }

  /** Indexes of the key's columns in a row, in key order; none without a key. */
  public int[] keyIndexes() {
    return keyIndexes.clone();
  }

  /** The key's columns as data files hold them, in key order. */
  public List<DataColumn> keyColumns() {
    return Arrays.stream(keyIndexes).mapToObj(i -> columns.get(i).dataColumn()).toList();
  }

  /** Physical names of the key's columns, in key order: what data files are sorted by. */
  public List<String> keyNames() {
    return keyColumns().stream().map(DataColumn::name).toList();
  }

  /** The order of rows in a data file; all are equal without a key. */
  public KeyOrder rowOrder() {
    return new KeyOrder(keyColumns().stream().map(DataColumn::kind).toList(), keyIndexes);
  }

  /** The Parquet schema of a data file; key columns are required, all others optional. */
  public MessageType parquet() {
    return new MessageType(
        "row",
        columns.stream()
            .<Type>map(column -> StorageType.of(column.type()).parquet(column))
            .toList());
  }

  /** Whether rows of the given shape are rows of these columns: names, types and key agree. */
  public boolean accept(TableSchema shape) {
    if (shape.columns().size() != columns.size()) {
      return false;
    }
    List<ColumnType> types = new RowCodec(shape).types();
    List<String> names = ColumnNames.of(shape.columns());
    return IntStream.range(0, columns.size())
        .allMatch(
            i -> {
              Column theirs = shape.columns().get(i);
              TableColumn ours = columns.get(i);
              return ours.name().equals(names.get(i))
                  && ours.keyOrdinal() == theirs.keyOrdinal()
                  && ours.type().equals(types.get(i));
            });
  }
}
