package io.deltamirror.worker.stream;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.ShapeWords;
import io.deltamirror.worker.pgoutput.Relation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What identified a row where a RELATION message was shown. The message flags the columns of the
 * replica identity, but under FULL all of them, and a partitioned table's says nothing of its
 * partitions, whose identity counts. There the catalog has to tell.
 */
final class IdentityShown {
  private static final char PARTITIONED = 'p';

  private IdentityShown() {}

  /**
   * The replica identity, where the key certainly is the registered one; else empty.
   *
   * @param attnums of the columns shown
   * @param relkind of the table
   */
  static Optional<ReplicaIdentity> withSameKey(
      TableSchema registered,
      TableSchema present,
      Relation shown,
      List<Integer> attnums,
      char relkind) {
    boolean keyStays = ShapeWords.keyAttnums(registered).equals(ShapeWords.keyAttnums(present));
    if (relkind == PARTITIONED) {
      return Optional.of(present.identity()).filter(ignored -> keyStays);
    }
    if (registered.insertOnly() && present.insertOnly()) {
      // Published with inserts alone, whatever the message flags: a key of which the WAL lacks a
      // column is none, and FULL beside virtual generated columns is of no use.
      return Optional.of(present.identity());
    }
    if (shown.identity() == ReplicaIdentity.FULL) {
      boolean told =
          present.identity() == ReplicaIdentity.FULL
              || (present.identity() == ReplicaIdentity.DEFAULT && present.hasKey());
      return Optional.of(ReplicaIdentity.FULL).filter(ignored -> keyStays && told);
    }
    if (flagged(shown, attnums).equals(key(registered))) {
      return Optional.of(shown.identity());
    }
    return Optional.empty();
  }

  private static Set<Integer> flagged(Relation shown, List<Integer> attnums) {
    List<Integer> flagged = new ArrayList<>();
    for (int i = 0; i < attnums.size(); i++) {
      if (shown.columns().get(i).identity()) {
        flagged.add(attnums.get(i));
      }
    }
    return new HashSet<>(flagged);
  }

  private static Set<Integer> key(TableSchema schema) {
    Set<Integer> key = new HashSet<>();
    schema.columns().stream().filter(Column::isKey).forEach(column -> key.add(column.attnum()));
    return key;
  }
}
