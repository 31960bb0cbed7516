package io.deltamirror.local.types;

import java.util.ArrayList;
import java.util.List;

/**
 * A column and the values that go into it.
 *
 * @param name of the column
 * @param type of the column
 * @param values SQL expressions of that type
 * @param absent NULL where it can be, else one of the values
 */
record TypeColumn(String name, String type, List<String> values, String absent) {
  TypeColumn {
    values = List.copyOf(values);
  }

  /** Of a type's values that fit, and NULL. */
  static TypeColumn fitting(TypeValues type) {
    return of(type, casts(type, type.fitting()));
  }

  /** Of all of a type's values. */
  static TypeColumn whole(TypeValues type) {
    List<String> values = casts(type, type.fitting());
    type.unfit().forEach(value -> values.add(type.cast(value)));
    return of(type, values);
  }

  private static TypeColumn of(TypeValues type, List<String> values) {
    String absent = type.notNull() ? values.get(0) : "NULL";
    return new TypeColumn(type.label(), type.type(), values, absent);
  }

  /** Of arrays of a type with one dimension, as it is declared. */
  static TypeColumn arrays(TypeValues type) {
    List<String> elements = type.fitting().stream().map(type::cast).toList();
    List<String> arrays = new ArrayList<>();
    arrays.add("'{}'");
    arrays.add("ARRAY[" + String.join(", ", elements) + "]");
    arrays.add("ARRAY[" + elements.get(0) + "]");
    if (!type.notNull()) {
      arrays.add("'{NULL}'");
      arrays.add("ARRAY[NULL, " + elements.get(elements.size() - 1) + ", NULL]");
    }
    arrays.add("NULL");
    return new TypeColumn(type.label(), type.type() + "[]", cast(type, arrays), "NULL");
  }

  /** Of arrays with other dimensions or bounds than the declared ones. */
  static TypeColumn bentArrays(TypeValues type) {
    String first = type.cast(type.fitting().get(0));
    List<String> arrays = new ArrayList<>();
    arrays.add("ARRAY[" + first + "]");
    arrays.add("ARRAY[[" + first + ", NULL], [NULL, " + first + "]]");
    arrays.add("array_fill(" + first + ", ARRAY[2], ARRAY[5])");
    arrays.add("array_fill(" + first + ", ARRAY[1, 2, 1], ARRAY[-1, 0, 7])");
    arrays.add("'{}'");
    return new TypeColumn(type.label(), type.type() + "[]", cast(type, arrays), "NULL");
  }

  /** Of arrays that are declared with two dimensions and have them. */
  static TypeColumn squares(TypeValues type) {
    String first = type.cast(type.fitting().get(0));
    List<String> arrays = new ArrayList<>();
    arrays.add("ARRAY[[" + first + ", NULL], [NULL, " + first + "]]");
    arrays.add("ARRAY[[" + first + "]]");
    arrays.add("'{}'");
    arrays.add("NULL");
    return new TypeColumn(type.label(), type.type() + "[][]", cast(type, arrays), "NULL");
  }

  private static List<String> cast(TypeValues type, List<String> arrays) {
    return arrays.stream().map(array -> "(" + array + ")::" + type.type() + "[]").toList();
  }

  private static List<String> casts(TypeValues type, List<String> expressions) {
    List<String> values = new ArrayList<>();
    expressions.forEach(value -> values.add(type.cast(value)));
    if (!type.notNull()) {
      values.add("NULL::" + type.type());
    }
    return values;
  }

  /** The value of a row; those that come again are the first ones. */
  String value(int row) {
    return values.get(row % values.size());
  }

  String definition() {
    return '"' + name + "\" " + type;
  }
}
