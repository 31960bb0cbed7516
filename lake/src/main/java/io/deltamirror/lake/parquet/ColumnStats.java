package io.deltamirror.lake.parquet;

/**
 * Bounds of the values of one column of a data file, as <a
 * href="https://github.com/delta-io/delta/blob/master/PROTOCOL.md#per-file-statistics">Delta's
 * per-file statistics</a> want them. Both bounds are null for a BINARY or a list column, for a
 * column that holds a NaN, and when all values are null.
 *
 * @param name physical name
 * @param min not above any value, exact except for text: that is cut after 32 characters (code
 *     points). A zero is negative in a FLOAT or DOUBLE column.
 * @param max not below any value, exact except for text: longer text is cut after 32 characters and
 *     raised, or null when it cannot be raised. A zero is positive in a FLOAT or DOUBLE column.
 * @param nullCount rows without a value
 */
public record ColumnStats(String name, Object min, Object max, long nullCount) {}
