package io.deltamirror.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.deadletter.BadEvent;
import io.deltamirror.core.deadletter.DeadLetters;
import io.deltamirror.core.state.CopyTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CopyTableTest {
  private static final Map<String, Object> PARTITION = Map.of("PartitionId", "2");

  private final List<BadEvent> bad = new ArrayList<>();

  @Test
  void tasksAreCarriedOutInOrder() throws IOException {
    List<CopyTask> copied = new ArrayList<>();

    new CopyTable(copied::add, bad::add).run(events(task("sales", 7), task("sales", 8)), PARTITION);

    assertThat(copied).extracting(CopyTask::oid).containsExactly(7L, 8L);
    assertThat(copied.get(0).snapshotName()).isEqualTo("00000003-1");
  }

  @Test
  void malformedTaskIsKeptWithoutItsTextInTheMessageAndHoldsUpNobody() throws IOException {
    List<CopyTask> copied = new ArrayList<>();

    new CopyTable(copied::add, bad::add)
        .run(
            events(
                "secret",
                "null",
                "{}",
                "[]",
                "\uFFFF",
                "",
                task("../../x", 9),
                task("", 9),
                "[".repeat(100_000),
                task("sales", 9)),
            PARTITION);

    assertThat(copied).extracting(CopyTask::oid).containsExactly(9L);
    assertThat(bad)
        .hasSize(9)
        .allMatch(event -> event.hub().equals(DeadLetters.COPY_TASKS) && event.partition() == 2)
        .allMatch(event -> event.why().code() == ErrorCode.MALFORMED_EVENT)
        .noneMatch(event -> event.why().getMessage().contains("secret"));
    assertThat(bad.get(0).body()).asString().isEqualTo("secret");
  }

  @Test
  void aTaskThatCannotBeKeptComesAgain() {
    IOException full = new IOException("full");
    CopyTable function =
        new CopyTable(
            task -> {},
            event -> {
              throw full;
            });

    assertThatThrownBy(() -> function.run(events("{}"), PARTITION)).isSameAs(full);
  }

  @Test
  void failureOfTheServiceFailsTheInvocation() {
    RuntimeException failure = new IllegalStateException("storage");
    CopyTable function =
        new CopyTable(
            task -> {
              throw failure;
            },
            bad::add);

    assertThatThrownBy(() -> function.run(events(task("sales", 7)), PARTITION)).isSameAs(failure);
  }

  private static String task(String mirror, long oid) {
    return "{\"mirror\":\"%s\",\"oid\":%d,\"seed\":1,\"part\":0,\"snapshotName\":\"00000003-1\"}"
        .formatted(mirror, oid);
  }

  private static byte[][] events(String... texts) {
    byte[][] events = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      events[i] = texts[i].getBytes(StandardCharsets.UTF_8);
    }
    return events;
  }
}
