package io.deltamirror.worker.seed;

import io.deltamirror.core.state.TableState;

/** One seed of one table. */
record SeedId(long oid, int seed) {
  static SeedId of(TableState state) {
    return new SeedId(state.oid(), state.seed());
  }
}
