package io.deltamirror.core.schema;

import java.util.Objects;

/**
 * Where the source keeps a table's rows and what it needs for printing them, as texts that only
 * this project's reading of the catalog understands.
 *
 * @param files of the files that hold them, of all partitions: another one after VACUUM FULL,
 *     CLUSTER, TRUNCATE and every ALTER that rewrites
 * @param attributes of the versions of the catalog's rows that describe the columns: another one
 *     after every ALTER of a column
 * @param types the enums and composites behind the columns, whose ALTER TYPE changes how rows are
 *     printed that are already there; empty when there are none
 */
public record RowStorage(String files, String attributes, String types) {
  private static final String UNKNOWN_TYPES = "?";

  /** Not known. */
  public static final RowStorage UNKNOWN = new RowStorage("", "", UNKNOWN_TYPES);

  public RowStorage {
    Objects.requireNonNull(files);
    Objects.requireNonNull(attributes);
    types = types == null ? UNKNOWN_TYPES : types; // of an earlier version
  }

  /** Whether the types are known, be it that there are none. */
  public boolean knowsTypes() {
    return !types.equals(UNKNOWN_TYPES);
  }

  /** The same without a place. */
  public RowStorage withoutFiles() {
    return new RowStorage("", attributes, types);
  }

  /** The same place with the types of another reading. */
  public RowStorage withTypesOf(RowStorage other) {
    return new RowStorage(files, attributes, other.types);
  }
}
