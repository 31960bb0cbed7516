package io.deltamirror.core.change;

import java.util.Comparator;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place of a change in a mirror's history, strictly increasing along the stream of a table.
 *
 * <p>PostgreSQL sends transactions in the order of their commit records, so (commit LSN, ordinal of
 * the change in its transaction) is unique and increasing, while the LSNs of single changes are
 * neither. The generation comes first: it grows when LSNs stop being comparable with earlier ones
 * (another system identifier, timeline, slot or partition count).
 *
 * @param generation seconds since the epoch when the generation began; grows with every new one
 * @param commitLsn LSN of the transaction's commit record, as BEGIN carries it; compared unsigned
 * @param ordinal number of the change in its transaction, from 1; 0 stands before the first
 */
public record Position(long generation, long commitLsn, long ordinal)
    implements Comparable<Position> {

  /** Orders a transaction's end behind each of its changes. */
  private static final long END_OF_TRANSACTION = Long.MAX_VALUE;

  private static final Comparator<Position> ORDER =
      Comparator.comparingLong(Position::generation)
          .thenComparing(Position::commitLsn, Long::compareUnsigned)
          .thenComparingLong(Position::ordinal);

  private static final Pattern TEXT = Pattern.compile("(\\d+)/([0-9A-F]+)/([0-9A-F]+)/(\\d+)");

  public Position {
    if (generation < 0 || ordinal < 0) {
      throw new IllegalArgumentException("negative generation or ordinal");
    }
  }

  /** The place before anything that a generation can contain. */
  public static Position startOf(long generation) {
    return new Position(generation, 0, 0);
  }

  /** The place behind the last change of a transaction. */
  public static Position endOf(long generation, long commitLsn) {
    return new Position(generation, commitLsn, END_OF_TRANSACTION);
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  public boolean isAfter(Position other) {
    return compareTo(other) > 0;
  }

  /** PostgreSQL's own form of an LSN, such as {@code 16/B374D848}. */
  public static String lsnText(long lsn) {
    return Long.toHexString(lsn >>> 32).toUpperCase(java.util.Locale.ROOT)
        + "/"
        + Long.toHexString(lsn & 0xFFFF_FFFFL).toUpperCase(java.util.Locale.ROOT);
  }

  /** Reads PostgreSQL's form of an LSN. */
  public static long parseLsn(String text) {
    int slash = text.indexOf('/');
    if (slash < 1) {
      throw new IllegalArgumentException("not an LSN: " + text);
    }
    long high = Long.parseLong(text, 0, slash, 16);
    long low = Long.parseLong(text, slash + 1, text.length(), 16);
    return high << 32 | low;
  }

  /** Generation, LSN and ordinal: {@code 1700000000/16/B374D848/3}. */
  @Override
  public String toString() {
    return generation + "/" + lsnText(commitLsn) + "/" + ordinal;
  }

  /** The inverse of {@link #toString()}. */
  public static Position parse(String text) {
    Matcher m = TEXT.matcher(Objects.requireNonNull(text));
    if (!m.matches()) {
      throw new IllegalArgumentException("not a position: " + text);
    }
    return new Position(
        Long.parseLong(m.group(1)),
        parseLsn(m.group(2) + "/" + m.group(3)),
        Long.parseLong(m.group(4)));
  }
}
