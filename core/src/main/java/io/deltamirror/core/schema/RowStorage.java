package io.deltamirror.core.schema;

import java.util.Objects;

/**
 * Where the source keeps a table's rows, as fingerprints that are compared for equality only.
 *
 * @param files of the files that hold them, of all partitions: another one after VACUUM FULL,
 *     CLUSTER, TRUNCATE and every ALTER that rewrites
 * @param attributes of the versions of the catalog's rows that describe the columns: another one
 *     after every ALTER of a column
 */
public record RowStorage(String files, String attributes) {
  /** Not known. */
  public static final RowStorage UNKNOWN = new RowStorage("", "");

  public RowStorage {
    Objects.requireNonNull(files);
    Objects.requireNonNull(attributes);
  }
}
