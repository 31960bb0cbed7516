package io.deltamirror.reader;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An array's text as PostgreSQL prints it (manual, "Array Input and Output Syntax"). */
final class ArrayText {
  /** What needs quotes: nothing at all, NULL, or one of these characters. */
  private static final Pattern QUOTED =
      Pattern.compile("|(?i:null)|(?s:.*[{}\",\\\\ \t\n\r\f\u000B].*)");

  private ArrayText() {}

  /**
   * The text.
   *
   * @param element type of the elements
   * @param array of Java's lists or of Scala's sequences, one in another for each dimension
   */
  static String of(String element, Object array) {
    return elements(array).stream()
        .map(value -> text(element, value))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String text(String element, Object value) {
    if (value == null) {
      return "NULL";
    }
    if (isArray(value)) {
      return of(element, value);
    }
    String text = ValueText.of(element, value);
    return QUOTED.matcher(text).matches()
        ? '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"'
        : text;
  }

  private static boolean isArray(Object value) {
    return value instanceof List<?> || value instanceof scala.collection.Seq<?>;
  }

  private static List<Object> elements(Object array) {
    if (array instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    List<Object> elements = new ArrayList<>();
    scala.collection.Iterator<?> each = ((scala.collection.Seq<?>) array).iterator();
    while (each.hasNext()) {
      elements.add(each.next());
    }
    return elements;
  }
}
