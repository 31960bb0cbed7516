package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.models.PartitionContext;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class EventBufferTest {
  private static final Duration SOON = Duration.ofMillis(20);
  private static final int EVENT_BYTES = 100_000;
  private static final int MAX_BYTES = 1_000_000;

  private final AtomicInteger sent = new AtomicInteger();

  @Test
  void holdsNoMoreThanItsBytesAndAsksAgainWhenTaken() throws Exception {
    try (EventBuffer buffer = new EventBuffer(MAX_BYTES)) {
      events(1000).subscribe(buffer);
      assertThat(sent).hasValue(10);

      assertThat(buffer.take(4, SOON)).hasSize(4);
      assertThat(sent).hasValue(14);
    }
  }

  @Test
  void eventLargerThanTheBoundPasses() throws Exception {
    try (EventBuffer buffer = new EventBuffer(1)) {
      events(2).subscribe(buffer);

      assertThat(buffer.take(10, SOON)).hasSize(1);
      assertThat(buffer.take(10, SOON)).hasSize(1);
    }
  }

  @Test
  void eventsKeepTheirOrder() throws Exception {
    List<Byte> taken = new ArrayList<>();
    try (EventBuffer buffer = new EventBuffer(MAX_BYTES)) {
      events(100).subscribe(buffer);
      while (taken.size() < 100) {
        buffer.take(7, SOON).forEach(event -> taken.add(event.getBody()[0]));
      }
    }
    assertThat(taken).hasSize(100).isSorted();
  }

  @Test
  void nothingComesInTimeOfAnIdlePartition() throws Exception {
    try (EventBuffer buffer = new EventBuffer(MAX_BYTES)) {
      Flux.<PartitionEvent>never().subscribe(buffer);

      assertThat(buffer.take(1, SOON)).isEmpty();
    }
  }

  @Test
  void endOfTheStreamIsToldAfterWhatCameBefore() throws Exception {
    IllegalStateException lost = new IllegalStateException("link lost");
    try (EventBuffer buffer = new EventBuffer(MAX_BYTES)) {
      events(2).concatWith(Flux.error(lost)).subscribe(buffer);

      assertThat(buffer.take(10, SOON)).hasSize(2);
      assertThatThrownBy(() -> buffer.take(10, SOON)).hasCause(lost);
    }
  }

  private Flux<PartitionEvent> events(int count) {
    return Flux.range(0, count)
        .map(
            number -> {
              byte[] body = new byte[EVENT_BYTES];
              body[0] = number.byteValue();
              return new PartitionEvent(
                  new PartitionContext("localhost", "changes", "$Default", "0"),
                  new EventData(body),
                  null);
            })
        .doOnNext(event -> sent.incrementAndGet());
  }
}
