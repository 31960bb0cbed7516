package io.deltamirror.lake.verify;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A row that is not the same on both sides, by its key alone; one without key by its first few
 * values.
 *
 * @param key values of the key's columns by their names, in the key's order, as PostgreSQL prints
 *     them; null for a key value that the mirror has as NULL
 * @param columns names of the columns that differ; empty unless {@code DIFFERENT}
 */
public record RowDifference(Kind kind, Map<String, String> key, List<String> columns) {

  /** In which way. */
  public enum Kind {
    /** On the source, not in the mirror, or there less often. */
    MISSING,
    /** In the mirror, not on the source, or there more often. */
    EXTRA,
    /** On both sides with other values. */
    DIFFERENT
  }

  public RowDifference {
    key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
    columns = List.copyOf(columns);
  }
}
