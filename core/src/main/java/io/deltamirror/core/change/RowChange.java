package io.deltamirror.core.change;

/**
 * One change of one row, a TRUNCATE of the table, or a change of its shape.
 *
 * <p>A row is an {@code Object[]} with one value per column of the batch's table, {@code null} for
 * SQL NULL; the Java type of a value is that of its column type ({@code schema.ColumnType}).
 *
 * @param kind what happened
 * @param commitLsn LSN of the transaction's commit record
 * @param ordinal number of the change in its transaction, from 1
 * @param xid the transaction's top-level xid, 32 bits unsigned
 * @param commitMicros commit time on the source, microseconds since 1970 UTC
 * @param old the old row as far as the WAL carries it: always for a DELETE; for an UPDATE only when
 *     the key changed or the replica identity is FULL. Under any other identity only the identity's
 *     columns are set. Else {@code null}
 * @param row the new row of an INSERT or UPDATE, else {@code null}
 * @param unchanged indexes of columns of {@code row} that the WAL does not carry because their
 *     TOASTed value did not change; {@code row} holds {@code null} there. Never {@code null}
 */
@SuppressWarnings("ArrayRecordComponent") // a value that moves through, never compared
public record RowChange(
    Kind kind,
    long commitLsn,
    long ordinal,
    long xid,
    long commitMicros,
    Object[] old,
    Object[] row,
    int[] unchanged) {

  /** No column is unchanged. */
  public static final int[] NONE = {};

  /** A change of shape behind everything of a transaction. */
  public static RowChange reshape(long commitLsn, long xid, long commitMicros) {
    long ordinal = Position.endOf(0, commitLsn).ordinal();
    return new RowChange(Kind.RESHAPE, commitLsn, ordinal, xid, commitMicros, null, null, NONE);
  }

  /** What a change does. */
  public enum Kind {
    INSERT(0),
    UPDATE(1),
    DELETE(2),
    TRUNCATE(3),
    /** No row: from here on the table has the shape of the batch that this is in. */
    RESHAPE(4);

    private final int avroIndex;

    Kind(int avroIndex) {
      this.avroIndex = avroIndex;
    }

    /** Its place in the Avro enum; never changes. */
    int avroIndex() {
      return avroIndex;
    }
  }

  /** Its place in the table's history. */
  public Position position(long generation) {
    return new Position(generation, commitLsn, ordinal);
  }

  /** Whether its place is behind the given one. */
  public boolean isAfter(long generation, Position other) {
    if (generation != other.generation()) {
      return generation > other.generation();
    }
    int byLsn = Long.compareUnsigned(commitLsn, other.commitLsn());
    return byLsn != 0 ? byLsn > 0 : ordinal > other.ordinal();
  }
}
