package io.deltamirror.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApplyChangesTest {
  private static final byte[][] EVENTS = {{1}, {2, 3}};

  @Test
  void bodiesReachTheServiceInOrderWithTheirPartition() throws Exception {
    List<Integer> partitions = new ArrayList<>();
    List<byte[]> applied = new ArrayList<>();
    ApplyChanges function =
        new ApplyChanges(
            (partition, bodies) -> {
              partitions.add(partition);
              applied.addAll(bodies);
            });

    function.run(EVENTS, Map.of("PartitionId", "7", "EventHubName", "changes"));

    assertThat(partitions).containsExactly(7);
    assertThat(applied).containsExactly(EVENTS);
  }

  @Test
  void failureOfTheServiceFailsTheInvocation() {
    RuntimeException failure = new IllegalStateException("storage");
    ApplyChanges function =
        new ApplyChanges(
            (partition, bodies) -> {
              throw failure;
            });

    assertThatThrownBy(() -> function.run(EVENTS, Map.of("PartitionId", "0"))).isSameAs(failure);
  }
}
