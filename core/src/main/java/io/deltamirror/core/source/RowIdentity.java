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
 *     NOTHING where FULL is of no use, and DEFAULT where a partitioned table is FULL and its
 *     partitions are not, so that only the key of an old row is there
 * @param key names of the key's columns, in order
 * @param none why nothing identifies a row, where that is so
 */
record RowIdentity(ReplicaIdentity identity, List<String> key, Optional<String> none) {

  /**
   * What a table, or a partition, has to offer.
   *
   * @param name of it
   * @param identity {@code pg_class.relreplident}
   * @param index names of the columns of the index that counts: that of the identity, under FULL
   *     the primary key's; empty when it is not there, not valid or not immediate
   * @param primaryKey whether it has one, usable or not
   */
  record Offer(String name, ReplicaIdentity identity, List<String> index, boolean primaryKey) {}

  /**
   * What identifies the rows.
   *
   * @param carried names of the columns that the WAL carries
   * @param fullRefused whether PostgreSQL refuses updates under FULL: from 18 on it does so when a
   *     generated column is not published, which virtual ones cannot be
   * @param leaves of a partitioned table
   */
  static RowIdentity of(Offer table, Set<String> carried, boolean fullRefused, List<Offer> leaves) {
    return switch (table.identity()) {
      case NOTHING -> none(table, "its replica identity is NOTHING");
      case FULL -> full(table, carried, fullRefused, leaves);
      case DEFAULT ->
          table.index().isEmpty()
              ? none(
                  table,
                  table.primaryKey()
                      ? "its primary key is deferrable or not valid, and its replica identity is"
                          + " DEFAULT"
                      : "it has no primary key, and its replica identity is DEFAULT")
              : keyed(table, carried, fullRefused, leaves);
      case INDEX ->
          table.index().isEmpty()
              ? none(table, "the index of its replica identity is gone or not valid")
              : keyed(table, carried, fullRefused, leaves);
    };
  }

  private static RowIdentity full(
      Offer table, Set<String> carried, boolean fullRefused, List<Offer> leaves) {
    Optional<Offer> other =
        leaves.stream().filter(leaf -> leaf.identity() != ReplicaIdentity.FULL).findFirst();
    boolean hasKey = !table.index().isEmpty() && carried.containsAll(table.index());
    if (hasKey && other.isPresent()) {
      return keyed(
          new Offer(table.name(), ReplicaIdentity.DEFAULT, table.index(), true),
          carried,
          fullRefused,
          leaves);
    }
    if (other.isPresent()) {
      return none(table, "its partition " + other.get().name() + " is not REPLICA IDENTITY FULL");
    }
    if (fullRefused) {
      return none(
          table,
          "PostgreSQL refuses updates of a published table that has REPLICA IDENTITY FULL and"
              + " virtual generated columns");
    }
    return new RowIdentity(
        ReplicaIdentity.FULL, hasKey ? table.index() : List.of(), Optional.empty());
  }

  private static RowIdentity keyed(
      Offer table, Set<String> carried, boolean fullRefused, List<Offer> leaves) {
    if (!carried.containsAll(table.index())) {
      return none(table, "its key has a generated column, which the WAL does not carry");
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
    return new RowIdentity(table.identity(), table.index(), Optional.empty());
  }

  private static RowIdentity none(Offer table, String why) {
    return new RowIdentity(
        table.identity() == ReplicaIdentity.FULL ? ReplicaIdentity.NOTHING : table.identity(),
        List.of(),
        Optional.of(why));
  }
}
