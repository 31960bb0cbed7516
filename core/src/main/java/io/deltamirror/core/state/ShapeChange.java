package io.deltamirror.core.state;

import io.deltamirror.core.change.Position;
import java.time.Instant;
import java.util.List;

/**
 * A change of a table's shape, for people.
 *
 * @param position before the first change of a row in the new shape
 * @param at when the worker saw it
 * @param what one sentence for each difference, such as {@code column b is renamed to c}
 * @param before the columns before, as in a CREATE TABLE
 * @param after the columns after
 * @param seed number of the seed that it began, or 0 when the table went on without one
 */
public record ShapeChange(
    Position position, Instant at, List<String> what, String before, String after, int seed) {
  public ShapeChange {
    what = List.copyOf(what);
  }
}
