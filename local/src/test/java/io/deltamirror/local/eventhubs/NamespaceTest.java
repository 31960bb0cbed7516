package io.deltamirror.local.eventhubs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamespaceTest {
  private static final LogOptions OPTIONS =
      new LogOptions(4096, Retention.ONE_DAY, Durability.PROCESS);

  @TempDir Path directory;
  private final SettableClock clock = new SettableClock();

  private Namespace open(HubDefinition... hubs) throws IOException {
    return Namespace.open(directory, List.of(hubs), OPTIONS, clock);
  }

  @Test
  void otherNumberOfPartitionsIsAClearError() throws IOException {
    open(new HubDefinition("changes", 4)).close();

    assertThatThrownBy(() -> open(new HubDefinition("changes", 8)))
        .isInstanceOf(HubStorageException.class)
        .hasMessageContaining("'changes'")
        .hasMessageContaining("has 4 partitions, but is configured with 8")
        .hasMessageContaining(directory.toString());

    open(new HubDefinition("changes", 4)).close(); // the failed attempt has let go of everything
  }

  @Test
  void directoryServesOneAtATime() throws IOException {
    try (Namespace first = open(new HubDefinition("changes", 1))) {
      assertThatThrownBy(() -> open(new HubDefinition("changes", 1)))
          .isInstanceOf(HubStorageException.class)
          .hasMessageContaining("Another process serves");
    }
    open(new HubDefinition("changes", 1)).close();
  }

  @Test
  void hubKeepsItsCreationTimeAndIsFoundWithoutCase() throws Exception {
    Instant created = clock.instant();
    open(new HubDefinition("changes", 1)).close();
    clock.advance(Duration.ofDays(2));

    try (Namespace again = open(new HubDefinition("changes", 1))) {
      assertThat(again.hub("CHANGES").created()).isEqualTo(created);
      assertThatThrownBy(() -> again.hub("other")).hasMessageContaining("amqp:not-found");
    }
  }

  @Test
  void partitionKeysKeepTheirPartitionAndUseThemAll() throws Exception {
    try (Namespace namespace = open(new HubDefinition("changes", 4))) {
      Hub hub = namespace.hub("changes");
      Map<Integer, Long> keysByPartition =
          IntStream.range(0, 1000)
              .mapToObj(i -> hub.partitionFor("public.table_" + i).id())
              .collect(Collectors.groupingBy(id -> id, Collectors.counting()));
      assertThat(keysByPartition)
          .hasSize(4)
          .allSatisfy((id, keys) -> assertThat(keys).isBetween(150L, 350L));
      // Fixed for ever: events of one key must not change their partition with a new release.
      assertThat(List.of(hub.partitionFor("public.a").id(), hub.partitionFor("public.b").id()))
          .containsExactly(1, 0);
    }
  }

  @Test
  void namesThatAreNoneAreRefused() {
    for (String name : List.of("", "..", "a/b", "-a", "a-", "ä")) {
      assertThatThrownBy(() -> new HubDefinition(name, 1))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new HubDefinition("a", 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Files.exists(directory.resolve("a"))).isFalse();
  }
}
