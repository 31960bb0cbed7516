package io.deltamirror.lake.apply;

import io.deltamirror.core.change.ChangeWriter;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.change.RowChange;
import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A random history of a table that PostgreSQL could have, and the rows that it leads to. */
abstract class RandomHistory {
  /** What a table is to the mirror. */
  enum Shape {
    /** Primary key; old rows have nothing but the key, and only when it changes. */
    KEY {
      @Override
      RandomHistory history(Random random) {
        return new KeyedHistory(random, ReplicaIdentity.DEFAULT);
      }
    },
    /** Another unique index is the replica identity. */
    INDEX {
      @Override
      RandomHistory history(Random random) {
        return new KeyedHistory(random, ReplicaIdentity.INDEX);
      }
    },
    /** Primary key, and whole old rows. */
    KEY_AND_FULL {
      @Override
      RandomHistory history(Random random) {
        return new KeyedHistory(random, ReplicaIdentity.FULL);
      }
    },
    /** A primary key that is checked at the end of the transaction, and whole old rows. */
    DEFERRABLE_KEY {
      @Override
      RandomHistory history(Random random) {
        return new DeferrableKeyHistory(random);
      }
    },
    /** No key, whole old rows. */
    MULTISET {
      @Override
      RandomHistory history(Random random) {
        return new MultisetHistory(random);
      }
    },
    /** No key, no old rows. */
    INSERT_ONLY {
      @Override
      RandomHistory history(Random random) {
        return new InsertHistory(random);
      }
    };

    abstract RandomHistory history(Random random);
  }

  final Random random;
  private final SourceTable table;
  private final List<RowChange> changes = new ArrayList<>();
  private long commitLsn = 5_000;
  private long ordinal;

  RandomHistory(Random random, SourceTable table) {
    this.random = random;
    this.table = table;
  }

  final SourceTable table() {
    return table;
  }

  /** The content before the first change, in key order. */
  abstract List<Object[]> initialRows(int count);

  /** The rows after all changes, as any reader sees them, and how often each is there. */
  abstract Map<List<Object>, Long> rows();

  /** Makes some changes that belong to one transaction, by {@link #add}. */
  abstract void change();

  final int size() {
    return changes.size();
  }

  /** Makes about as many more changes. */
  final void grow(int count) {
    int end = changes.size() + count;
    while (changes.size() < end) {
      if (ordinal == 0 || random.nextInt(5) == 0) {
        commitLsn += 1 + random.nextInt(100);
        ordinal = 0;
      }
      change();
    }
  }

  final boolean oneIn(int chances) {
    return random.nextInt(chances) == 0;
  }

  final String text() {
    return oneIn(10) ? null : "t" + random.nextInt(1_000_000);
  }

  final void add(Kind kind, Object[] old, Object[] row, int... unchanged) {
    changes.add(new RowChange(kind, commitLsn, ++ordinal, 1, 0, old, row, unchanged));
  }

  /** The changes from the first index up to, not including, the other one, as one event. */
  final byte[] event(int from, int to) {
    ChangeWriter writer = new ChangeWriter(new RowCodec(table.schema()));
    changes.subList(from, to).forEach(writer::add);
    Position previous =
        from == 0 ? table.sent() : changes.get(from - 1).position(SourceTable.GENERATION);
    return EventCodec.encode(writer.finish(SourceTable.MIRROR, 1, previous));
  }
}
