package io.deltamirror.worker.pgoutput;

import io.deltamirror.core.schema.ReplicaIdentity;
import java.util.List;

/**
 * The shape of a table at a point of the stream.
 *
 * @param oid {@code pg_class.oid}
 * @param namespace its schema's name
 * @param name its own
 * @param identity what is known of old rows
 * @param columns in the order of a row's values
 */
public record Relation(
    long oid,
    String namespace,
    String name,
    ReplicaIdentity identity,
    List<RelationColumn> columns) {

  /**
   * A column.
   *
   * @param identity whether it belongs to the replica identity; all do under FULL
   * @param typeOid {@code pg_type.oid}, as the 32 bits it has
   * @param typmod type modifier, -1 for none
   */
  public record RelationColumn(boolean identity, String name, int typeOid, int typmod) {}

  public Relation {
    columns = List.copyOf(columns);
  }
}
