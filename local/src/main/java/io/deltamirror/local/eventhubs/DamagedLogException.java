package io.deltamirror.local.eventhubs;

import java.nio.file.Path;

/** The bytes of a segment are not those that were written. */
final class DamagedLogException extends HubStorageException {
  private final long position;

  /**
   * @param position where in the file, in bytes
   * @param sequence the first event that cannot be read
   */
  DamagedLogException(Path segment, long position, long sequence, String reason) {
    super(
        "Partition log "
            + segment
            + " is damaged at byte "
            + position
            + ": "
            + reason
            + ". Events from sequence number "
            + sequence
            + " on cannot be read. Restore the file from a copy, or delete the hub's directory while nothing runs and reseed"
            + " the mirrors that use it.");
    this.position = position;
  }

  long position() {
    return position;
  }
}
