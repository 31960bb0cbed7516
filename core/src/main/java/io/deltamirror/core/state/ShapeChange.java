package io.deltamirror.core.state;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A change of a table's shape, or of its rows without a trace in the WAL, for people.
 *
 * @param position before the first change of a row in the new shape; of a change that the catalog
 *     showed, where the WAL was when it did
 * @param at when the worker saw it
 * @param what one sentence for each difference, such as {@code column b is renamed to c}; of very
 *     many the first ones
 * @param before the columns before, as in a CREATE TABLE; cut off where they are very many
 * @param after the columns after
 * @param seed number of the seed whose copy was the first with it, or 0 when the table went on
 *     without one
 */
public record ShapeChange(
    Position position, Instant at, List<String> what, String before, String after, int seed) {
  /** A state has many of these, and a table up to 1600 columns. */
  private static final int MAX_CHARS = 2_000;

  private static final int MAX_SENTENCES = 20;

  public ShapeChange {
    before = brief(before);
    after = brief(after);
    what =
        what.size() <= MAX_SENTENCES
            ? what.stream().map(ShapeChange::brief).toList()
            : Stream.concat(
                    what.stream().limit(MAX_SENTENCES - 1L).map(ShapeChange::brief),
                    Stream.of((what.size() - MAX_SENTENCES + 1) + " more"))
                .toList();
  }

  /** One whose new shape is copied: what differs, and why it is copied. */
  public static ShapeChange copied(
      TableSchema before, TableSchema after, String why, Position at, Instant now, int seed) {
    List<String> what = new ArrayList<>(ShapeWords.differences(before, after));
    what.add("copied anew: " + why);
    return new ShapeChange(at, now, what, before.inWords(), after.inWords(), seed);
  }

  private static String brief(String text) {
    return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS - 1) + "…";
  }
}
