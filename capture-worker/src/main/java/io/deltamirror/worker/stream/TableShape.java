package io.deltamirror.worker.stream;

import io.deltamirror.core.schema.RowCodec;
import java.util.Optional;

/**
 * What is to be done with a table's changes from here on.
 *
 * @param mirrored whether the table belongs to the mirror at all
 * @param rows how its rows are written; empty when its changes are not sent
 * @param newSeed number of a seed that must begin before the next batch
 */
record TableShape(boolean mirrored, Optional<RowCodec> rows, Optional<Integer> newSeed) {

  /** A table that is not the mirror's. */
  static TableShape stranger() {
    return new TableShape(false, Optional.empty(), Optional.empty());
  }

  /** A table of the mirror whose changes are of no use until it is seeded anew. */
  static TableShape withheld() {
    return new TableShape(true, Optional.empty(), Optional.empty());
  }

  static TableShape sent(RowCodec rows) {
    return new TableShape(true, Optional.of(rows), Optional.empty());
  }

  /** The same, behind the start of a new seed. */
  TableShape reseeded(int seed) {
    return new TableShape(mirrored, rows, Optional.of(seed));
  }
}
