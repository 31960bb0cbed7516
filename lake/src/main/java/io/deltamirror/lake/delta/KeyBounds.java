package io.deltamirror.lake.delta;

/**
 * Between which values a column of a data file lies: the first one of its key, mostly.
 *
 * @param min not above any of them, or null when not known
 * @param max not below any of them but a NaN, which some writers leave out, or null when not known
 */
public record KeyBounds(Object min, Object max) {
  static final KeyBounds UNKNOWN = new KeyBounds(null, null);
}
