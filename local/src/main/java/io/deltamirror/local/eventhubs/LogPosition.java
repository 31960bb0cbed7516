package io.deltamirror.local.eventhubs;

/**
 * Where a record lies in a partition log. All three grow along the log: the first two strictly, the
 * time not.
 *
 * @param sequence counts records from 0
 * @param offset byte position in the log as if no segment had ever been deleted; its gaps keep
 *     anybody from taking it for the sequence number, as in the service
 * @param enqueuedMillis milliseconds since the epoch; never goes back, whatever the clock does
 */
record LogPosition(long sequence, long offset, long enqueuedMillis) {
  /**
   * What comes before the first record of a partition, with the numbers the service gives for an
   * empty one.
   */
  static final LogPosition BEFORE_ALL = new LogPosition(-1, -1, 0);
}
