package io.deltamirror.lake.verify;

import io.delta.kernel.types.StructType;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the rows of both sides of one table have in common. Immutable.
 *
 * @param table the source's columns, in whose order a row is compared
 * @param forms one per column
 */
record RowShape(TableSchema table, List<ValueForm> forms) {
  RowShape {
    forms = List.copyOf(forms);
  }

  /**
   * Finds each column of the source in the mirror.
   *
   * @throws CannotTellException when the mirror has other columns, or types that cannot hold them
   */
  static RowShape of(TableSchema table, StructType mirrored) {
    if (!table.hasKey()) {
      throw new CannotTellException("the table has no primary key");
    }
    Set<String> others = new HashSet<>(mirrored.fieldNames());
    List<ValueForm> forms = new ArrayList<>();
    for (Column column : table.columns()) {
      if (!others.remove(column.name())) {
        throw new CannotTellException("the mirror has no column " + column.name());
      }
      forms.add(form(column, mirrored));
    }
    if (!others.isEmpty()) {
      throw new CannotTellException("only the mirror has the columns " + others);
    }
    return new RowShape(table, forms);
  }

  private static ValueForm form(Column column, StructType mirrored) {
    var type = mirrored.get(column.name()).getDataType();
    return ValueForms.of(column.typeOid(), type)
        .orElseThrow(
            () ->
                new CannotTellException(
                    String.format(
                        "column %s is %s on the source and %s in the mirror",
                        column.name(), column.typeName(), type)));
  }

  int columnCount() {
    return forms.size();
  }

  ValueForm form(int column) {
    return forms.get(column);
  }

  List<String> columnNames() {
    return table.columns().stream().map(Column::name).toList();
  }

  /** The key's columns, in the key's order. */
  List<Column> keyColumns() {
    List<Column> columns = new ArrayList<>();
    for (int index : table.keyIndexes()) {
      columns.add(table.columns().get(index));
    }
    return columns;
  }

  RowImage newImage() {
    return new RowImage(columnCount(), table.keyIndexes());
  }

  /** A key's values by the names of its columns, as PostgreSQL reads them; null for NULL. */
  Map<String, String> texts(RowKey key) {
    Map<String, String> texts = new LinkedHashMap<>();
    int[] indexes = table.keyIndexes();
    for (int i = 0; i < indexes.length; i++) {
      byte[] value = key.value(i);
      texts.put(
          table.columns().get(indexes[i]).name(),
          value == null ? null : forms.get(indexes[i]).text(value));
    }
    return texts;
  }
}
