package io.deltamirror.worker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.change.HubEvent.SeedReady;
import io.deltamirror.core.change.Position;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration LONG = Duration.ofSeconds(30);

  private static Outgoing event(int number) {
    return new Outgoing(
        new SeedReady("m", 1, 1, number, Position.startOf(1)), StreamOffset.startOf(1, 1));
  }

  private final EventQueue queue = new EventQueue(event(1).bytes() * 2L);

  @Test
  void takesAllInTheirOrder() throws Exception {
    queue.offer(event(1), NOW);
    queue.offer(event(2), NOW);

    assertThat(queue.take(NOW)).containsExactly(event(1), event(2));
    assertThat(queue.take(NOW)).isEmpty();
  }

  @Test
  void hasRoomForSoManyBytes() throws Exception {
    assertThat(queue.offer(event(1), NOW)).isTrue();
    assertThat(queue.offer(event(2), NOW)).isTrue();
    assertThat(queue.offer(event(3), NOW)).isFalse();

    queue.take(NOW);
    assertThat(queue.offer(event(3), NOW)).isTrue();
  }

  @Test
  void takesAnEventLargerThanItselfWhenItIsEmpty() throws Exception {
    EventQueue small = new EventQueue(1);

    assertThat(small.offer(event(1), NOW)).isTrue();
    assertThat(small.offer(event(2), NOW)).isFalse();
    assertThat(small.take(NOW)).containsExactly(event(1));
  }

  @Test
  void whoWaitsIsWoken() throws Exception {
    CompletableFuture<List<Outgoing>> taken = CompletableFuture.supplyAsync(() -> takeLong());
    queue.offer(event(1), NOW);
    assertThat(taken.get(10, TimeUnit.SECONDS)).containsExactly(event(1));

    queue.offer(event(2), NOW);
    queue.offer(event(3), NOW);
    CompletableFuture<Boolean> offered = CompletableFuture.supplyAsync(() -> offerLong(event(4)));
    queue.take(NOW);
    assertThat(offered.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(queue.take(NOW)).containsExactly(event(4));
  }

  private List<Outgoing> takeLong() {
    try {
      return queue.take(LONG);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean offerLong(Outgoing event) {
    try {
      return queue.offer(event, LONG);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
