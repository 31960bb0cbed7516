package io.deltamirror.local.eventhubs;

/**
 * How partition logs are kept.
 *
 * @param segmentBytes size at which a segment is closed and the next one begun
 */
record LogOptions(int segmentBytes, Retention retention, Durability durability) {}
