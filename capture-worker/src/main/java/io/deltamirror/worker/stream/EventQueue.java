package io.deltamirror.worker.stream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Between the thread that decodes and the one that publishes, so that neither waits for the other's
 * work; bounded by bytes. Thread-safe.
 */
final class EventQueue {
  private final long capacity;
  private final Deque<Outgoing> events = new ArrayDeque<>();
  private long bytes;

  /**
   * An empty queue.
   *
   * @param capacity bytes; an event larger than that is taken when there is no other
   */
  EventQueue(long capacity) {
    this.capacity = capacity;
  }

  /** Puts an event at the end, or returns false when there was no room for so long. */
  synchronized boolean offer(Outgoing event, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!events.isEmpty() && bytes + event.bytes() > capacity) {
      long nanos = end - System.nanoTime();
      if (nanos <= 0) {
        return false;
      }
      wait(millis(nanos));
    }
    events.add(event);
    bytes += event.bytes();
    notifyAll();
    return true;
  }

  /** Takes all events; none when none came for so long. */
  synchronized List<Outgoing> take(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (events.isEmpty()) {
      long nanos = end - System.nanoTime();
      if (nanos <= 0) {
        return List.of();
      }
      wait(millis(nanos));
    }
    List<Outgoing> taken = new ArrayList<>(events);
    events.clear();
    bytes = 0;
    notifyAll();
    return taken;
  }

  /** One more than whole ones, as {@code wait(0)} has no end. */
  private static long millis(long nanos) {
    return nanos / 1_000_000 + 1;
  }
}
