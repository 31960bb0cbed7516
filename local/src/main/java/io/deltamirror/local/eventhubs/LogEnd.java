package io.deltamirror.local.eventhubs;

/**
 * Where a log ends: everything before is acknowledged and may be read.
 *
 * @param last the newest record, also when retention has deleted it since
 * @param nextOffset where the next record will lie
 */
record LogEnd(LogPosition last, long nextOffset) {
  long nextSequence() {
    return last.sequence() + 1;
  }
}
