package io.deltamirror.core.source;

import io.deltamirror.core.schema.ReplicaIdentity;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What identifies a row of a table in the WAL, and so in which publication it may be: PostgreSQL
 * refuses an UPDATE or DELETE of a table that is published with them and has no such identity
 * (CheckCmdReplicaIdentity), so the same conditions as there hold here.
 *
 * @param identity what the WAL certainly carries of an old row. It is the table's own, but for
 *     NOTHING where FULL is of no use, and DEFAULT where a partitioned table has a key: old rows of
 *     some of its partitions, or of the next new one, are keys only
 * @param key names of the key's columns, in order
 * @param none why nothing identifies a row, where that is so
 */
record RowIdentity(ReplicaIdentity identity, List<String> key, Optional<String> none) {
  private static final String GENERATED_KEY =
      "its key has a generated column, which the WAL does not carry";

  /**
   * What a table, or a partition, has to offer.
   *
   * @param name of it
   * @param identity {@code pg_class.relreplident}
   * @param index names of the columns of the index that counts: that of the identity, under FULL
   *     and of a partitioned table the primary key's; empty when it is not there, not valid or not
   *     immediate
   * @param primaryKey whether it has one, usable or not
   */
  record Offer(String name, ReplicaIdentity identity, List<String> index, boolean primaryKey) {}

  /**
   * What identifies the rows of a table that is not partitioned.
   *
   * @param carried names of the columns that the WAL carries
   * @param fullRefused whether PostgreSQL refuses updates under FULL: from 18 on it does so when a
   *     generated column is not published, which virtual ones cannot be
   */
  static RowIdentity of(Offer table, Set<String> carried, boolean fullRefused) {
    return switch (table.identity()) {
      case NOTHING -> none(table, "its replica identity is NOTHING");
      case FULL -> full(table, carried, fullRefused);
      case DEFAULT ->
          table.index().isEmpty()
              ? none(
                  table,
                  table.primaryKey()
                      ? "its primary key is deferrable or not valid, and its replica identity is"
                          + " DEFAULT"
                      : "it has no primary key, and its replica identity is DEFAULT")
              : keyed(table, carried);
      case INDEX ->
          table.index().isEmpty()
              ? none(table, "the index of its replica identity is gone or not valid")
              : keyed(table, carried);
    };
  }

  /**
   * What identifies the rows of a partitioned table. PostgreSQL goes by the identities of the
   * partitions, and each new one begins with DEFAULT, whatever the table's is: but for a primary
   * key, which it takes over, its updates would fail until somebody gave it another one.
   *
   * @param carried as in {@link #of}
   * @param fullRefused as in {@link #of}, of a partition
   */
  static RowIdentity ofPartitioned(
      Offer table, Set<String> carried, boolean fullRefused, List<Offer> leaves) {
    if (table.identity() == ReplicaIdentity.NOTHING) {
      return none(table, "its replica identity is NOTHING");
    }
    if (table.index().isEmpty()) {
      return none(
          table,
          (table.primaryKey()
                  ? "its primary key is deferrable or not valid"
                  : "it is partitioned and has no primary key")
              + ", so PostgreSQL would refuse the updates of a new partition");
    }
    if (!carried.containsAll(table.index())) {
      return none(table, GENERATED_KEY);
    }
    for (Offer leaf : leaves) {
      boolean delivers =
          leaf.identity() == ReplicaIdentity.FULL
              ? !fullRefused
              : leaf.index().containsAll(table.index());
      if (!delivers) {
        return none(
            table, "the replica identity of its partition " + leaf.name() + " lacks its key");
      }
    }
    return new RowIdentity(ReplicaIdentity.DEFAULT, table.index(), Optional.empty());
  }

  private static RowIdentity full(Offer table, Set<String> carried, boolean fullRefused) {
    if (fullRefused) {
      return none(
          table,
          "PostgreSQL refuses updates of a published table that has REPLICA IDENTITY FULL and"
              + " virtual generated columns");
    }
    boolean hasKey = carried.containsAll(table.index());
    return new RowIdentity(
        ReplicaIdentity.FULL, hasKey ? table.index() : List.of(), Optional.empty());
  }

  private static RowIdentity keyed(Offer table, Set<String> carried) {
    return carried.containsAll(table.index())
        ? new RowIdentity(table.identity(), table.index(), Optional.empty())
        : none(table, GENERATED_KEY);
  }

  private static RowIdentity none(Offer table, String why) {
    return new RowIdentity(
        table.identity() == ReplicaIdentity.FULL ? ReplicaIdentity.NOTHING : table.identity(),
        List.of(),
        Optional.of(why));
  }
}
