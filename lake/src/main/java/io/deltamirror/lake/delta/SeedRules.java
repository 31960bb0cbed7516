package io.deltamirror.lake.delta;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;

/** When a seed may replace what a table holds. */
final class SeedRules {
  private SeedRules() {}

  /** Refuses a table of another mirror. */
  static void check(String path, TableVersion present, SeedCommit seed) {
    if (!present.mirror().equals(seed.mirror())) {
      throw new MirrorException(
          ErrorCode.LAKE_TABLE_FOREIGN, path + " belongs to the mirror " + present.mirror());
    }
  }

  /** Whether the table's content began with this very copy. */
  static boolean isCommitted(TableVersion present, SeedCommit seed) {
    return present.shape().oid() == seed.shape().oid()
        && present.seed() == seed.seed()
        && present.seedSnapshot().equals(seed.snapshot());
  }
}
