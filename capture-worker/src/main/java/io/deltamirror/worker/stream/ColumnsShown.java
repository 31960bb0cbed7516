package io.deltamirror.worker.stream;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which columns a RELATION message shows: it has names, no attnums, and the catalog may have moved
 * on since. What is certain follows from three facts: attnums are never given out twice, a column
 * that was there before and is there after was there between, and rows have their values in the
 * order of the attnums. So a shape with as many columns as are in both the shape before and the one
 * after consists of just these; one with as many as there ever were since consists of all of those.
 *
 * <p>A column can also come into sight without being new: PostgreSQL before 18 does not show a
 * generated one until its expression is dropped. Where the table may have had such columns, as its
 * attnums have gaps, names must agree, too. (That can be wrong only where such a column lost its
 * expression, took over the name of another one and was dropped, all before the stream was read.)
 */
final class ColumnsShown {
  private ColumnsShown() {}

  /**
   * The attnums of the columns shown, in their order, or empty when they are not certain.
   *
   * @param before a shape that the table had at or before that place in the stream
   * @param after one that it had at or behind that place
   * @param names of the columns shown
   */
  static Optional<List<Integer>> of(TableSchema before, TableSchema after, List<String> names) {
    Set<Integer> survivors = attnums(before);
    survivors.retainAll(attnums(after));
    if (names.size() == survivors.size()) {
      return Optional.of(List.copyOf(survivors));
    }
    int added = after.attnums() - before.attnums();
    boolean all = added >= 0 && names.size() == before.columns().size() + added;
    if (!all || cameIntoSight(before, after)) {
      return Optional.empty();
    }
    List<Integer> ever = new ArrayList<>(attnums(before));
    IntStream.rangeClosed(before.attnums() + 1, after.attnums()).forEach(ever::add);
    boolean wereOutOfSight = before.attnums() > before.columns().size();
    return wereOutOfSight && !named(ever, names, before, after)
        ? Optional.empty()
        : Optional.of(ever);
  }

  private static Set<Integer> attnums(TableSchema schema) {
    return schema.columns().stream()
        .map(Column::attnum)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean cameIntoSight(TableSchema before, TableSchema after) {
    Set<Integer> known = attnums(before);
    return after.columns().stream()
        .anyMatch(
            column -> column.attnum() <= before.attnums() && !known.contains(column.attnum()));
  }

  /** Whether all names are those of the columns before or after. */
  private static boolean named(
      List<Integer> attnums, List<String> names, TableSchema before, TableSchema after) {
    return IntStream.range(0, names.size())
        .allMatch(
            i ->
                Stream.of(before, after)
                    .flatMap(shape -> shape.columns().stream())
                    .anyMatch(
                        column ->
                            column.attnum() == attnums.get(i)
                                && column.name().equals(names.get(i))));
  }
}
