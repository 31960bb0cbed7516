package io.deltamirror.worker.stream;

import io.deltamirror.core.source.Catalog.SourceTable;

/**
 * Puts the two marks of a seed into a table's event stream. Both return at once, may be called from
 * any thread, and take effect in the order of the calls, whether or not the source is busy.
 *
 * <p>A mark that was asked for but not yet acknowledged by the hub is lost when the stream stops.
 * So the caller asks again, after a restart and from time to time, for as long as the table's stage
 * has not moved on; a mark that arrives twice changes nothing.
 */
public interface SeedMarks {

  /**
   * Sends SeedBegin behind all changes of the table that were sent so far; their last position is
   * its floor. From then on the stream carries the table's changes, in the shape that its {@link
   * io.deltamirror.core.state.TableState} has at that moment.
   *
   * <p>To be called when the table is in the publication and its state, with this seed at stage
   * {@code REQUESTED}, is in the store.
   */
  void begin(long oid, int seed);

  /**
   * Sends SeedReady: the seed's rows are committed. It also says what was sent last of the table;
   * so a table that is live already can tell by another one whether it has everything.
   */
  void ready(long oid, int seed);

  /**
   * Says what the catalog showed of a live table: once the stream has passed the LSN, and where it
   * has not shown another shape since, the table goes on in this one, also when no row changes.
   *
   * @param lsn at which the table certainly had this shape
   */
  void reshape(SourceTable table, long lsn);

  /** Sends TableDropped: the source has no such table any more. */
  void drop(long oid);
}
