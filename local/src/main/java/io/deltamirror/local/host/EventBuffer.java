package io.deltamirror.local.host;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * Events of a partition between the client, which calls from its own threads, and the one thread
 * that takes them. It asks for the next event only while it holds fewer bytes than its bound.
 */
final class EventBuffer extends BaseSubscriber<PartitionEvent> implements AutoCloseable {
  /** What an event takes beside its body, about. */
  private static final long OVERHEAD_BYTES = 512;

  private final long maxBytes;
  private final Queue<EventData> events = new ArrayDeque<>();
  private long bytes;
  private boolean asked;
  private Throwable end;

  EventBuffer(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * The next events; waits for the first.
   *
   * @return at most {@code max}; none when none came in time
   * @throws StreamEndedException when all is taken and no more can come
   */
  synchronized List<EventData> take(int max, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (events.isEmpty() && end == null) {
      long millis = (deadline - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        return List.of();
      }
      wait(millis);
    }
    if (events.isEmpty()) {
      throw new StreamEndedException(end);
    }
    List<EventData> taken = new ArrayList<>();
    while (taken.size() < max && !events.isEmpty()) {
      EventData event = events.remove();
      bytes -= size(event);
      taken.add(event);
    }
    ask();
    return taken;
  }

  @Override
  protected synchronized void hookOnSubscribe(Subscription subscription) {
    ask();
  }

  @Override
  protected synchronized void hookOnNext(PartitionEvent next) {
    asked = false;
    events.add(next.getData());
    bytes += size(next.getData());
    ask();
    notifyAll();
  }

  @Override
  protected void hookOnError(Throwable cause) {
    end(cause);
  }

  @Override
  protected void hookOnComplete() {
    end(new IllegalStateException("closed"));
  }

  @Override
  public void close() {
    cancel();
  }

  private synchronized void end(Throwable cause) {
    end = cause;
    notifyAll();
  }

  private void ask() {
    if (!asked && bytes < maxBytes) {
      asked = true;
      request(1);
    }
  }

  private static long size(EventData event) {
    return event.getBody().length + OVERHEAD_BYTES;
  }
}
