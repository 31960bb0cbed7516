package io.deltamirror.lake.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * How the values of a column lie in a file: plain, or in lists, in all forms of lists that Parquet
 * allows (<a
 * href="https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists">Parquet:
 * lists</a>). Immutable.
 */
final class ColumnShape {
  private final List<String> path = new ArrayList<>();
  private final List<Integer> listLevels = new ArrayList<>();
  private final List<Integer> itemLevels = new ArrayList<>();
  private PrimitiveType leaf;
  private int leafLevel;

  private ColumnShape() {}

  /**
   * The shape of a column.
   *
   * @param column a field of the file's schema
   * @throws IllegalArgumentException when it is neither plain nor a list
   */
  static ColumnShape of(Type column) {
    ColumnShape shape = new ColumnShape();
    if (column.isRepetition(Type.Repetition.REPEATED)) {
      throw strange(column);
    }
    Type type = column;
    shape.path.add(type.getName());
    int level = type.isRepetition(Type.Repetition.OPTIONAL) ? 1 : 0;
    while (!type.isPrimitive()) {
      GroupType list = type.asGroupType();
      boolean listed = list.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation;
      if (!listed
          || list.getFieldCount() != 1
          || !list.getType(0).isRepetition(Type.Repetition.REPEATED)) {
        throw strange(column);
      }
      Type repeated = list.getType(0);
      shape.path.add(repeated.getName());
      shape.listLevels.add(level);
      shape.itemLevels.add(++level);
      type = repeated;
      if (wrapsElement(list, repeated)) {
        type = repeated.asGroupType().getType(0);
        shape.path.add(type.getName());
        if (type.isRepetition(Type.Repetition.REPEATED)) {
          throw strange(column);
        }
        level += type.isRepetition(Type.Repetition.OPTIONAL) ? 1 : 0;
      }
    }
    shape.leaf = type.asPrimitiveType();
    shape.leafLevel = level;
    return shape;
  }

  /** Older writers made the repeated field itself the element: Parquet's compatibility rules. */
  private static boolean wrapsElement(GroupType list, Type repeated) {
    return !repeated.isPrimitive()
        && repeated.getLogicalTypeAnnotation() == null
        && repeated.asGroupType().getFieldCount() == 1
        && !repeated.getName().equals("array")
        && !repeated.getName().equals(list.getName() + "_tuple");
  }

  private static IllegalArgumentException strange(Type column) {
    return new IllegalArgumentException(
        "Column " + column.getName() + " is neither plain nor a list");
  }

  /** The type of the values, or of what the innermost lists hold. */
  PrimitiveType leaf() {
    return leaf;
  }

  /** How many lists are within each other. */
  int depth() {
    return listLevels.size();
  }

  /** From the file's root to the leaf. */
  String[] path() {
    return path.toArray(String[]::new);
  }

  /** Definition level from which on the list at this depth is there, if only empty. */
  int listLevel(int depth) {
    return listLevels.get(depth);
  }

  /** Definition level from which on the list at this depth has an element, if only null. */
  int itemLevel(int depth) {
    return itemLevels.get(depth);
  }

  /** Definition level of a value that is not null. */
  int leafLevel() {
    return leafLevel;
  }
}
