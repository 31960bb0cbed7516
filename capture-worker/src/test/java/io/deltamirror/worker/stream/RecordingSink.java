package io.deltamirror.worker.stream;

import io.deltamirror.core.change.HubEvent;
import java.util.ArrayList;
import java.util.List;

/** A hub that keeps everything, and dies when told so: what it has by then arrived. */
final class RecordingSink implements EventSink {
  private final List<HubEvent> events = new ArrayList<>();
  private int left = Integer.MAX_VALUE;

  /** Takes so many events more, and then none, without acknowledging the call that it dies in. */
  synchronized void dieAfter(int more) {
    left = more;
  }

  synchronized boolean isDead() {
    return left == 0;
  }

  synchronized void revive() {
    left = Integer.MAX_VALUE;
  }

  synchronized List<HubEvent> events() {
    return List.copyOf(events);
  }

  synchronized <T extends HubEvent> List<T> events(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public int partitions() {
    return 2;
  }

  @Override
  public synchronized void publish(List<HubEvent> more) {
    for (HubEvent event : more) {
      if (left == 0) {
        throw new IllegalStateException("killed");
      }
      left--;
      events.add(event);
    }
    if (left == 0) {
      throw new IllegalStateException("killed");
    }
  }

  @Override
  public void close() {}
}
