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
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What the rows of both sides of one table have in common. Immutable.
 *
 * @param table the source's columns, in whose order a row is compared
 * @param mirrored the mirror's name of each
 * @param forms one per column
 */
record RowShape(TableSchema table, List<String> mirrored, List<ValueForm> forms) {
  RowShape {
    mirrored = List.copyOf(mirrored);
    forms = List.copyOf(forms);
  }

  /**
   * Finds each column of the source in the mirror.
   *
   * @param types of the source's columns, without their domains
   * @throws CannotTellException when the mirror has other columns, or types that cannot hold them
   */
  static RowShape of(TableSchema table, Function<Column, SourceType> types, StructType mirrored) {
    List<String> names = MirroredNames.of(table.columns());
    Set<String> others = new HashSet<>(mirrored.fieldNames());
    List<ValueForm> forms = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (!others.remove(names.get(i))) {
        throw new CannotTellException("the mirror has no column " + names.get(i));
      }
      forms.add(form(table.columns().get(i), types, names.get(i), mirrored));
    }
    if (!others.isEmpty()) {
      throw new CannotTellException("only the mirror has the columns " + others);
    }
    return new RowShape(table, names, forms);
  }

  private static ValueForm form(
      Column column, Function<Column, SourceType> types, String name, StructType mirrored) {
    var type = mirrored.get(name).getDataType();
    return ValueForms.of(types.apply(column), type)
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

  /** Whether nothing but all of its values identifies a row, and equal rows are counted. */
  boolean keyless() {
    return !table.hasKey();
  }

  /** The key's columns, in the key's order; empty when there is no key. */
  List<Column> keyColumns() {
    return IntStream.of(table.keyIndexes()).mapToObj(table.columns()::get).toList();
  }

  RowImage newImage() {
    return keyless()
        ? RowImage.keyless(columnCount())
        : RowImage.keyed(columnCount(), table.keyIndexes());
  }

  /**
   * A key's values by the names of its columns, as PostgreSQL reads them; null for NULL. Of a row
   * without key its first few values, for people.
   */
  Map<String, String> texts(RowKey key) {
    Map<String, String> texts = new LinkedHashMap<>();
    int[] indexes =
        keyless()
            ? IntStream.range(0, Math.min(RowImage.SHOWN, columnCount())).toArray()
            : table.keyIndexes();
    for (int i = 0; i < indexes.length; i++) {
      texts.put(table.columns().get(indexes[i]).name(), key.text(i, forms.get(indexes[i])));
    }
    return texts;
  }
}
