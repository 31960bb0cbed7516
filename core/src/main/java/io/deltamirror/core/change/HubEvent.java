package io.deltamirror.core.change;

import java.util.Objects;
import java.util.Optional;

/**
 * What travels on the hub {@code changes}. All events of a table carry the same partition key, so
 * they are read in the order in which they were sent.
 */
public sealed interface HubEvent {
  /** More than any batch has, compressed: 1 GiB. */
  long MAX_LARGE_BYTES = 1L << 30;

  /** The mirror it belongs to. */
  String mirror();

  /** Fencing number of the capture worker that sent it; a lower one than seen before is refused. */
  long fence();

  /**
   * Changes of one table, encoded.
   *
   * @param header what the batch says of itself
   * @param body the whole Avro container, header included; {@link ChangeReader} reads the changes
   */
  @SuppressWarnings("ArrayRecordComponent") // a message body, never compared
  record ChangeBatch(BatchHeader header, byte[] body) implements HubEvent {
    @Override
    public String mirror() {
      return header.mirror();
    }

    @Override
    public long fence() {
      return header.fence();
    }
  }

  /**
   * A change batch too large for an event, kept in the lake.
   *
   * @param header that of the batch
   * @param path of the container in the lake
   * @param length its bytes
   * @param sha256 its hash, lower-case hex
   */
  record BatchReference(BatchHeader header, String path, long length, String sha256)
      implements HubEvent {
    public BatchReference {
      if (length < 1 || length > MAX_LARGE_BYTES || !sha256.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException("a length or a hash that cannot be");
      }
    }

    @Override
    public String mirror() {
      return header.mirror();
    }

    @Override
    public long fence() {
      return header.fence();
    }
  }

  /**
   * Sent to every partition: whatever this mirror's tables in this partition had up to the position
   * stands before this event.
   *
   * @param commitMicros source time up to which that holds, microseconds since 1970 UTC
   */
  record Watermark(String mirror, long fence, Position position, long commitMicros)
      implements HubEvent {
    public Watermark {
      Objects.requireNonNull(position);
    }
  }

  /**
   * From here on the table's batches wait in the spool of the given seed.
   *
   * @param table {@code pg_class.oid}
   * @param floor position of the last change of the table sent before this event: the seed's copy
   *     will contain everything up to it
   */
  record SeedBegin(String mirror, long fence, long table, int seed, Position floor)
      implements HubEvent {
    public SeedBegin {
      Objects.requireNonNull(floor);
    }
  }

  /**
   * The seed's rows are committed: its spool is to be applied, and live batches after it. Comes
   * again from time to time, so that a table notices that its last changes are missing.
   *
   * @param table {@code pg_class.oid}
   * @param sent position of the last change of the table sent before this event, or missed: what
   *     the table must reach
   */
  record SeedReady(String mirror, long fence, long table, int seed, Position sent)
      implements HubEvent {
    public SeedReady {
      Objects.requireNonNull(sent);
    }
  }

  /**
   * The table is no longer on the source: what the mirror has of it is emptied.
   *
   * @param table {@code pg_class.oid}
   * @param sent position of the last change of the table sent before this event
   */
  record TableDropped(String mirror, long fence, long table, Position sent) implements HubEvent {
    public TableDropped {
      Objects.requireNonNull(sent);
    }
  }

  /** The generation of the positions that it speaks of. */
  default long generation() {
    if (this instanceof ChangeBatch batch) {
      return batch.header().generation();
    }
    if (this instanceof BatchReference reference) {
      return reference.header().generation();
    }
    if (this instanceof Watermark watermark) {
      return watermark.position().generation();
    }
    if (this instanceof SeedBegin begin) {
      return begin.floor().generation();
    }
    if (this instanceof SeedReady ready) {
      return ready.sent().generation();
    }
    return ((TableDropped) this).sent().generation();
  }

  /** The table it speaks of ({@code pg_class.oid}), if it is about one. */
  default Optional<Long> tableOid() {
    if (this instanceof ChangeBatch batch) {
      return Optional.of(batch.header().table().oid());
    }
    if (this instanceof BatchReference reference) {
      return Optional.of(reference.header().table().oid());
    }
    if (this instanceof SeedBegin begin) {
      return Optional.of(begin.table());
    }
    if (this instanceof SeedReady ready) {
      return Optional.of(ready.table());
    }
    if (this instanceof TableDropped dropped) {
      return Optional.of(dropped.table());
    }
    return Optional.empty();
  }

  /** Partition key of a table's events: its identity, which a rename keeps. */
  static String partitionKey(String mirror, long table) {
    return mirror + "/" + table;
  }
}
