package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.util.List;

/** One partition of a hub: its log, and who reads it. */
record Partition(int id, PartitionLog log, Receivers receivers) {
  /** Stores the events and wakes whoever waits for some. */
  void publish(List<PublishedEvent> events) throws IOException {
    log.append(events);
    receivers.wake();
  }

  boolean isEmpty() {
    return log.end().nextSequence() == log.beginSequence();
  }
}
