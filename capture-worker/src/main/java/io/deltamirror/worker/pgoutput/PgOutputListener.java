package io.deltamirror.worker.pgoutput;

import java.nio.ByteBuffer;

/**
 * Hears the messages of a pgoutput stream in their order. A {@link Tuple} and a buffer are valid
 * only during the call that hands them over. LSNs are unsigned 64-bit numbers, OIDs are 0 to
 * 2^32-1, times are microseconds since 1970 UTC.
 */
public interface PgOutputListener {

  /**
   * A transaction begins.
   *
   * @param commitLsn LSN of its commit record
   * @param xid its top-level xid, 32 bits unsigned
   */
  void begin(long commitLsn, long commitMicros, long xid);

  /**
   * The transaction ends.
   *
   * @param endLsn behind its commit record
   */
  void commit(long commitLsn, long endLsn, long commitMicros);

  /** The shape that rows of a table have from here on. */
  void relation(Relation relation);

  void insert(long relation, Tuple row);

  /**
   * A row changed.
   *
   * @param old what is known of the old row, or null when the replica identity did not change: the
   *     identity's columns, others null, or under REPLICA IDENTITY FULL the whole row; see {@link
   *     Tuple#isKeyOnly}
   */
  void update(long relation, Tuple old, Tuple row);

  /**
   * A row went.
   *
   * @param old as in {@link #update}, never null
   */
  void delete(long relation, Tuple old);

  /** All tables that one TRUNCATE emptied and that are published. */
  void truncate(long[] relations);

  /**
   * What {@code pg_logical_emit_message} wrote.
   *
   * @param transactional whether it stands within its transaction; else it may come at any place
   */
  void message(boolean transactional, long lsn, String prefix, ByteBuffer content);
}
