package io.deltamirror.lake.delta;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.SeedSnapshot;
import io.deltamirror.core.storage.LakeStorage;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One Delta table of a mirror, which may not exist yet. Remembers its latest known version: after
 * our own commits that is the latest one, so that nothing has to be listed; what others commit is
 * seen after {@link #reload}, or when a commit meets it.
 *
 * <p>Thread-safe; commits through the same object wait for each other. All methods throw {@link
 * MirrorException} with
 *
 * <ul>
 *   <li>{@code STORAGE_UNAVAILABLE} or {@code STORAGE_FULL} when the lake fails. A commit that
 *       failed so may be there or not: {@link #reload} and the applied position tell
 *   <li>{@code COMMIT_CONFLICT} when a commit's base is no longer the latest version
 *   <li>{@code LAKE_TABLE_FOREIGN} when the folder holds something that is not this mirror's
 * </ul>
 */
public final class DeltaTable {
  private final String path;
  private final DeltaLog log;
  private Optional<TableVersion> current;

  DeltaTable(LakeStorage storage, LakeEngine engine, String path) {
    this.path = path;
    this.log = new DeltaLog(storage, engine, path);
  }

  /** Its folder in the lake. */
  public String path() {
    return path;
  }

  /** The latest known version; empty when there is no table. */
  public synchronized Optional<TableVersion> current() {
    return current == null ? reload() : current;
  }

  /** The latest version, read from the lake. */
  public synchronized Optional<TableVersion> reload() {
    current = null;
    current = log.load();
    return current;
  }

  /**
   * The columns for a seed of the given shape. Those of the present table when it has that shape;
   * else new ones, which no file of the table has ever had. Gives the same for the same arguments
   * until the seed is committed, so all parts of a copy agree.
   */
  public synchronized TableColumns plan(TableSchema shape, SeedSnapshot snapshot) {
    return log.plan(current(), shape, snapshot);
  }

  /**
   * Makes the seed's rows the table's whole content, in one commit. Does nothing when that very
   * seed is the table's already.
   *
   * @return the version that has it
   * @throws MirrorException also {@code COMMIT_CONFLICT} when the seed's base is no longer the
   *     latest version
   */
  public synchronized TableVersion commit(SeedCommit seed) {
    Optional<TableVersion> present = reload();
    if (present.isPresent()) {
      SeedRules.check(path, present.get(), seed);
      if (SeedRules.isCommitted(present.get(), seed)) {
        return present.get();
      }
    }
    if (!present.map(TableVersion::version).equals(seed.base().map(TableVersion::version))) {
      throw new MirrorException(
          ErrorCode.COMMIT_CONFLICT, path + " is no longer what seed " + seed.seed() + " replaces");
    }
    return remember(() -> log.commit(present, seed));
  }

  /** Applies changes in one commit: all of them and their position, or nothing. */
  public synchronized TableVersion commit(ChangeCommit changes) {
    requireLatest(changes.base());
    return remember(() -> log.commit(changes));
  }

  /**
   * Gives the table another shape, in one commit with the rows that it changes; nothing, or all of
   * it.
   */
  public synchronized TableVersion commit(ShapeCommit change) {
    requireLatest(change.base());
    return remember(() -> log.commit(change));
  }

  /**
   * Removes all rows in one commit, and says in the table's properties since when.
   *
   * @param base the version that was looked at; the commit fails when it is no longer the latest
   */
  public synchronized TableVersion drop(TableVersion base, Instant at) {
    requireLatest(base);
    return remember(() -> log.drop(base, at));
  }

  private void requireLatest(TableVersion base) {
    if (current().orElse(null) != base) {
      throw new MirrorException(
          ErrorCode.COMMIT_CONFLICT, path + " is no longer at version " + base.version());
    }
  }

  /** After a failed commit nobody knows what the latest version is. */
  private TableVersion remember(Supplier<TableVersion> commit) {
    current = null;
    TableVersion committed = commit.get();
    current = Optional.of(committed);
    return committed;
  }
}
