package io.deltamirror.lake.delta;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TableName;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties Delta tables whose table was dropped on the source or has another name there. The folder
 * stays, and its earlier versions with it. To empty a table twice changes nothing. Thread-safe.
 */
public final class TableEmptier {
  private static final Logger LOG = LoggerFactory.getLogger(TableEmptier.class);

  /** Each further one means that yet another writer was in between. */
  private static final int MAX_ATTEMPTS = 5;

  private final DeltaTables tables;
  private final InstantSource clock;

  public TableEmptier(DeltaTables tables, InstantSource clock) {
    this.tables = tables;
    this.clock = clock;
  }

  /**
   * Empties the table of a name, provided that it still holds rows of the given one: another table
   * may be in its folder by now, or the same one again, from a later seed.
   *
   * @param oid of the table whose rows go
   * @param seed number of the latest seed whose rows go
   * @throws MirrorException when the lake fails, or for {@code COMMIT_CONFLICT} without end
   */
  public void empty(TableName name, String mirror, long oid, int seed) {
    DeltaTable table = tables.of(name);
    for (int attempt = 1; ; attempt++) {
      Optional<TableVersion> present =
          table
              .reload()
              .filter(version -> version.mirror().equals(mirror))
              .filter(version -> version.shape().oid() == oid && version.seed() <= seed)
              .filter(version -> !version.isDropped());
      if (present.isEmpty()) {
        return;
      }
      try {
        table.drop(present.get(), clock.instant());
        LOG.info("{} is emptied: it had {} rows of {}", table.path(), present.get().rows(), oid);
        return;
      } catch (MirrorException e) {
        if (e.code() != ErrorCode.COMMIT_CONFLICT || attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
