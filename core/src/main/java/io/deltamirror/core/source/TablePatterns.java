package io.deltamirror.core.source;

import io.deltamirror.core.schema.TableName;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which tables are chosen: patterns {@code schema.table} in which {@code *} stands for anything. No
 * pattern at all means every table.
 */
public final class TablePatterns {
  private final List<Pattern> patterns;

  /** Patterns without a point are taken for tables of the schema {@code public}. */
  public TablePatterns(List<String> texts) {
    this.patterns = texts.stream().map(TablePatterns::compile).toList();
  }

  private static Pattern compile(String text) {
    String qualified = text.contains(".") ? text : "public." + text;
    return Pattern.compile(
        qualified
            .chars()
            .mapToObj(c -> c == '*' ? ".*" : Pattern.quote(Character.toString(c)))
            .collect(Collectors.joining()),
        Pattern.DOTALL);
  }

  public boolean matches(TableName table) {
    return patterns.isEmpty()
        || patterns.stream().anyMatch(p -> p.matcher(table.qualified()).matches());
  }
}
