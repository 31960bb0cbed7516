package io.deltamirror.local.types;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A type and values at its edges, as {@code types/values.txt} has them.
 *
 * @param type as in a column's definition
 * @param fitting SQL expressions of values that the type's form in the mirror holds
 * @param unfit of values that it does not, so that the column becomes text
 */
record TypeValues(String type, List<String> fitting, List<String> unfit) {
  TypeValues {
    fitting = List.copyOf(fitting);
    unfit = List.copyOf(unfit);
  }

  /** All of the file, in its order. */
  static List<TypeValues> all() {
    List<TypeValues> all = new ArrayList<>();
    List<String> fitting = new ArrayList<>();
    List<String> unfit = new ArrayList<>();
    String type = "";
    for (String line : resource("values.txt").lines().toList()) {
      if (line.startsWith("[")) {
        if (!type.isEmpty()) {
          all.add(new TypeValues(type, fitting, unfit));
        }
        type = line.substring(1, line.lastIndexOf(']'));
        fitting.clear();
        unfit.clear();
      } else if (line.startsWith("!")) {
        unfit.add(line.substring(1));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        fitting.add(line);
      }
    }
    all.add(new TypeValues(type, fitting, unfit));
    return all;
  }

  /** The text of a file beside it. */
  static String resource(String name) {
    try (InputStream in = TypeValues.class.getResourceAsStream("/types/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether there is no NULL of the type. */
  boolean notNull() {
    return type.equals("hostile.required");
  }

  /** Its name as a part of a table's name. */
  String label() {
    return type.replaceFirst("^(hostile|public)\\.", "").replaceAll("[^A-Za-z0-9]+", "_");
  }

  /** A value as an expression of the type. */
  String cast(String value) {
    return "(" + value + ")::" + type;
  }

  @Override
  public String toString() {
    return type;
  }
}
