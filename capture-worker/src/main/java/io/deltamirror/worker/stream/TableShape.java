package io.deltamirror.worker.stream;

import io.deltamirror.core.schema.RowCodec;
import java.util.Optional;

/**
 * What is to be done with a table's changes from here on.
 *
 * @param rows how its rows are written; empty when its changes are not sent
 * @param missed whether changes that are not sent will be missed
 * @param newSeed number of a seed that must begin before the next batch
 */
record TableShape(Optional<RowCodec> rows, boolean missed, Optional<Integer> newSeed) {

  /** A table that is not the mirror's, or changes that a copy will contain. */
  static TableShape ignored() {
    return new TableShape(Optional.empty(), false, Optional.empty());
  }

  /** A table of the mirror that cannot go on until it is seeded anew. */
  static TableShape withheld() {
    return new TableShape(Optional.empty(), true, Optional.empty());
  }

  static TableShape sent(RowCodec rows) {
    return new TableShape(Optional.of(rows), false, Optional.empty());
  }

  /** The same, behind the start of a new seed. */
  TableShape reseeded(int seed) {
    return new TableShape(rows, missed, Optional.of(seed));
  }
}
