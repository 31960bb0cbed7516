package io.deltamirror.worker.stream;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.schema.UnfitValueException;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.worker.pgoutput.Relation;
import java.util.Optional;
import java.util.Set;

/** Decides what becomes of a table's changes, by its state and by the shape the stream shows. */
interface TableShapes {

  /**
   * The stream shows a table's shape, for the first time or because something changed.
   *
   * @param partitions that it showed behind the table since the last time
   * @param before the place before the first change in that shape
   */
  TableShape of(Relation relation, Set<Long> partitions, Transaction in, Position before);

  /**
   * A seed is about to begin here.
   *
   * @param relation the shape that the stream showed last, if it showed any
   * @param in the transaction that the stream is in, or the last one that it showed
   * @return empty when this is not the table's present seed
   */
  Optional<TableShape> atSeed(
      long oid, int seed, Optional<Relation> relation, Optional<Transaction> in);

  /**
   * The stream is where a table certainly had the shape that the catalog showed.
   *
   * @param lsn at which it had it
   * @param before position of the table's last change that was sent
   * @param relation the shape that the stream showed last, if it showed any
   * @return empty when nothing follows
   */
  Optional<TableShape> inCatalog(
      SourceTable table, long lsn, Position before, Optional<Relation> relation);

  /**
   * A change has a value that its column's form cannot hold: the column becomes text, and the table
   * is seeded anew, unless its present seed's copy covers that change anyway.
   *
   * @param sent the shape in which the table's changes were sent up to here
   * @return what becomes of this change and those behind it; empty to leave out this one alone
   */
  Optional<TableShape> unfit(
      TableSchema sent, Position at, Transaction in, UnfitValueException why);

  /**
   * An old row is not whole, though the shape in which it would be sent says so: what identifies a
   * row changed, and the catalog has not shown it yet, or was ahead of the stream. The table is
   * seeded anew, unless its present seed's copy covers that change anyway.
   *
   * @param relation the shape that the stream showed last
   * @return what becomes of this change and those behind it; empty to leave out this one alone
   */
  Optional<TableShape> partial(Relation relation, Position at, Transaction in);

  /**
   * A change cannot be sent: the table fails, unless its present seed's copy covers that change
   * anyway.
   *
   * @return whether it failed, so that its changes are of no use until it is seeded anew
   */
  boolean failed(long oid, Position at, Transaction in, MirrorException why);
}
