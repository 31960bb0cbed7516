package io.deltamirror.core.source;

import io.deltamirror.core.schema.TableName;

/**
 * One publication of a mirror, and the statements that make and fill it. It lists its tables one by
 * one: {@code FOR ALL TABLES} would also publish updates of tables without a replica identity, and
 * such an update then fails in the source's own application.
 *
 * @param name as stored
 * @param operations the value of its {@code publish} parameter
 * @param version major version of the server that it is for
 */
public record Publication(String name, String operations, int version) {
  /** The oldest that is mirrored. */
  private static final int OLDEST = 14;

  /** Inserts, updates, deletes and truncates: for tables with a usable replica identity. */
  public static Publication full(SourceNames names) {
    return new Publication(names.full(), "insert, update, delete, truncate", OLDEST);
  }

  /** No updates, no deletes: for tables without a replica identity. */
  public static Publication insertOnly(SourceNames names) {
    return new Publication(names.insertOnly(), "insert, truncate", OLDEST);
  }

  /** For a server of the given major version. */
  public Publication on(int serverVersion) {
    return new Publication(name, operations, serverVersion);
  }

  /** Made empty: it has to be there before the slot. */
  public String create() {
    return "CREATE PUBLICATION " + TableName.quote(name) + " WITH (" + options() + ")";
  }

  /** Gives an existing one our options. */
  public String correct() {
    return "ALTER PUBLICATION " + TableName.quote(name) + " SET (" + options() + ")";
  }

  public String drop() {
    return "DROP PUBLICATION IF EXISTS " + TableName.quote(name);
  }

  public String add(TableName table) {
    return "ALTER PUBLICATION " + TableName.quote(name) + " ADD TABLE ONLY " + table.quoted();
  }

  public String remove(TableName table) {
    return "ALTER PUBLICATION " + TableName.quote(name) + " DROP TABLE ONLY " + table.quoted();
  }

  /** Gives it another owner. */
  public String handOver(String role) {
    return "ALTER PUBLICATION " + TableName.quote(name) + " OWNER TO " + TableName.quote(role);
  }

  private String options() {
    String all = "publish = '" + operations + "', publish_via_partition_root = true";
    return version < SourceTableDraft.PUBLISHES_GENERATED
        ? all
        : all + ", publish_generated_columns = stored";
  }
}
