package io.deltamirror.worker.stream;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.worker.pgoutput.Relation;
import java.util.Optional;

/** Decides what becomes of a table's changes, by its state and by the shape the stream shows. */
interface TableShapes {

  /** The stream shows a table's shape, for the first time or because something changed. */
  TableShape of(Relation relation, Transaction in);

  /**
   * A seed is about to begin here.
   *
   * @param relation the shape that the stream showed last, if it showed any
   * @return empty when this is not the table's present seed
   */
  Optional<TableShape> atSeed(long oid, int seed, Optional<Relation> relation);

  /**
   * A change has a value that the mirror cannot hold: the table fails, unless its present seed's
   * copy covers that change anyway.
   *
   * @return whether it failed, so that its changes are of no use until it is seeded anew
   */
  boolean failed(long oid, Position at, Transaction in, MirrorException why);
}
