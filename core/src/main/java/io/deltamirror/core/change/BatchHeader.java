package io.deltamirror.core.change;

import io.deltamirror.core.schema.TableSchema;
import java.util.Objects;
import java.util.Optional;

/**
 * What a change batch says of itself, in the metadata of its Avro container.
 *
 * @param mirror name of the mirror
 * @param fence fencing number of the capture worker that made it
 * @param table the table and its shape, valid for every row of the batch
 * @param previous position of the change of this table that was sent before the first one here; the
 *     start of the generation when there was none
 * @param first position of the first change
 * @param last position of the last change
 * @param changes how many
 * @param firstCommitMicros commit time of the first change's transaction, microseconds since 1970
 * @param lastCommitMicros likewise of the last
 * @param traceparent W3C trace context of the sending
 */
public record BatchHeader(
    String mirror,
    long fence,
    TableSchema table,
    Position previous,
    Position first,
    Position last,
    int changes,
    long firstCommitMicros,
    long lastCommitMicros,
    Optional<String> traceparent) {
  public BatchHeader {
    Objects.requireNonNull(mirror);
    Objects.requireNonNull(table);
    Objects.requireNonNull(traceparent);
    if (!first.isAfter(previous) || first.isAfter(last) || changes < 1) {
      throw new IllegalArgumentException("positions of a batch out of order");
    }
    if (first.generation() != last.generation()) {
      throw new IllegalArgumentException("a batch of two generations");
    }
  }

  /** The generation of every change in it. */
  public long generation() {
    return last.generation();
  }
}
