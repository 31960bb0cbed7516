package io.deltamirror.worker.stream;

import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.state.Fault;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where a stream's events go. Called by one thread at a time. */
public interface EventSink extends AutoCloseable {

  /** How many partitions the hub has. */
  int partitions();

  /** When the hub was created; another time tells of another hub. Empty where it is not known. */
  default Optional<Instant> created() {
    return Optional.empty();
  }

  /**
   * Sends events, and returns when every one of them is acknowledged. Events of one table arrive in
   * the given order. A watermark goes to every partition, behind all events that precede it in the
   * list; one that a later watermark of the list says again may be left out. An event may arrive
   * more than once.
   *
   * <p>What may pass is tried again for as long as it takes.
   *
   * @throws io.deltamirror.core.MirrorException when trying again is of no use
   */
  void publish(List<HubEvent> events) throws InterruptedException;

  /** What is in the way at this moment, while {@link #publish} keeps trying. */
  default Optional<Fault> trouble() {
    return Optional.empty();
  }

  @Override
  void close();
}
