package io.deltamirror.lake.apply;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.lake.delta.TableVersion;
import java.io.IOException;

/**
 * Boils changes of a table down to what one commit has to do: rows that go and rows that come. What
 * makes a row the same row depends on the table, so there is one kind for each. For one thread.
 */
sealed interface Reduction permits KeyedReduction, MultisetReduction, AppendReduction {

  /** The kind for tables of this shape. */
  static Reduction of(TableSchema shape) {
    if (shape.multiset()) {
      return new MultisetReduction();
    }
    return shape.insertOnly() ? new AppendReduction() : new KeyedReduction(shape.keyIndexes());
  }

  /**
   * Adds the next change.
   *
   * @param identity what the change's old row consists of
   * @throws MirrorException {@code GAP_IN_STREAM} when the change does not fit the rows that there
   *     must be, so that only a copy can tell what the table holds; {@code
   *     KEY_NOT_LOGGED} when it does not tell which row it is of
   */
  void add(RowChange change, ReplicaIdentity identity);

  /** Whether all rows that the mirror has now are gone. */
  boolean truncated();

  /** Memory in use, estimated, in bytes. */
  long weight();

  /**
   * Finds the rows in the lake that the changes are of. Nothing can be added any more afterwards.
   *
   * @param base the version that the changes are applied to
   * @throws MirrorException {@code GAP_IN_STREAM} when they are not there
   */
  Resolution resolve(TableVersion base, LakeRows lake) throws IOException;
}
