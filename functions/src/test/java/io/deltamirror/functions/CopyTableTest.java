package io.deltamirror.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.state.CopyTask;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopyTableTest {
  @Test
  void tasksAreCarriedOutInOrder() {
    List<CopyTask> copied = new ArrayList<>();

    new CopyTable(copied::add).run(events(task("sales", 7), task("sales", 8)), new Invocation());

    assertThat(copied).extracting(CopyTask::oid).containsExactly(7L, 8L);
    assertThat(copied.get(0).snapshotName()).isEqualTo("00000003-1");
  }

  @Test
  void malformedTaskIsRecordedWithoutItsTextAndHoldsUpNobody() {
    List<CopyTask> copied = new ArrayList<>();
    Invocation invocation = new Invocation();

    new CopyTable(copied::add)
        .run(events("secret", "null", "{}", "[]", "\uFFFF", "", task("sales", 9)), invocation);

    assertThat(copied).extracting(CopyTask::oid).containsExactly(9L);
    assertThat(invocation.messages())
        .hasSize(6)
        .allSatisfy(message -> assertThat(message).startsWith("MALFORMED_EVENT"))
        .noneSatisfy(message -> assertThat(message).contains("secret"));
  }

  @Test
  void failureOfTheServiceFailsTheInvocation() {
    RuntimeException failure = new IllegalStateException("storage");
    CopyTable function =
        new CopyTable(
            task -> {
              throw failure;
            });

    assertThatThrownBy(() -> function.run(events(task("sales", 7)), new Invocation()))
        .isSameAs(failure);
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
