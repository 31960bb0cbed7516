package io.deltamirror.local.eventhubs;

import java.nio.ByteBuffer;

/**
 * A record read back.
 *
 * @param message what the entry encoded; the reader's own
 */
record LogRecord(LogPosition position, ByteBuffer message) {}
