package io.deltamirror.local.eventhubs;

import java.nio.ByteBuffer;

/**
 * Something to append. Its bytes may contain where it lies, so they are made only once the log
 * knows.
 */
interface LogEntry {
  /** The most bytes that {@link #encode} writes. */
  int maxLength();

  void encode(LogPosition position, ByteBuffer out);
}
