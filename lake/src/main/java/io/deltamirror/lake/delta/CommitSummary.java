package io.deltamirror.lake.delta;

import java.util.Optional;

/**
 * What a commit's {@code commitInfo} says of the changes in it, for people and for {@code DESCRIBE
 * HISTORY}.
 *
 * @param fromMicros source commit time of the first change, microseconds since 1970 UTC
 * @param toMicros likewise of the last
 * @param inserts changes by kind, as the source made them
 * @param endsTransaction whether the last change was the last of its transaction in this table, if
 *     known
 */
public record CommitSummary(
    long fromMicros,
    long toMicros,
    long inserts,
    long updates,
    long deletes,
    long truncates,
    Optional<Boolean> endsTransaction) {

  /** Changes of all kinds. */
  public long changes() {
    return inserts + updates + deletes + truncates;
  }
}
