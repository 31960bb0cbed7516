package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.EventHubTrigger;
import com.microsoft.azure.functions.annotation.FixedDelayRetry;
import com.microsoft.azure.functions.annotation.FunctionName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FunctionTest {
  public static class Recording {
    private final List<Object> seen = new ArrayList<>();

    @FunctionName("record")
    @FixedDelayRetry(maxRetryCount = 3, delayInterval = "00:00:01")
    public void run(
        @EventHubTrigger(name = "events", eventHubName = "changes", connection = "HUBS")
            String[] events,
        @BindingName("PartitionContext") Map<String, Object> partition,
        @BindingName("SequenceNumberArray") long[] sequenceNumbers,
        @BindingName("OffsetArray") String[] offsets,
        @BindingName("Absent") String absent,
        ExecutionContext context) {
      seen.addAll(List.of(events, partition, sequenceNumbers, offsets));
      seen.add(absent);
      seen.add(context);
    }
  }

  public static class Failing {
    @FunctionName("fail")
    public void run(
        @EventHubTrigger(name = "events", eventHubName = "changes", connection = "HUBS")
            byte[][] events) {
      throw new IllegalStateException("no storage");
    }
  }

  public static class UnknownBinding {
    @FunctionName("unknown")
    public void run(
        @EventHubTrigger(name = "events", eventHubName = "changes", connection = "HUBS")
            byte[][] events,
        String more) {}
  }

  public static class UnknownPayload {
    @FunctionName("unknown")
    public void run(
        @EventHubTrigger(name = "events", eventHubName = "changes", connection = "HUBS")
            List<Integer> events) {}
  }

  private static final TriggerData DATA =
      new TriggerData(
          new byte[][] {{'a'}, {'b'}},
          Map.of(
              "PartitionContext", Map.of("PartitionId", "3"),
              "SequenceNumberArray", new long[] {41, 42},
              "OffsetArray", new String[] {"100", "200"}));

  @Test
  void parametersGetTheTriggersDataInTheirOwnTypes() throws Exception {
    Recording recording = new Recording();

    function(recording).call(DATA, "invocation-1", 2);

    assertThat(recording.seen.get(0)).isEqualTo(new String[] {"a", "b"});
    assertThat(recording.seen.get(1)).isEqualTo(Map.of("PartitionId", "3"));
    assertThat(recording.seen.get(2)).isEqualTo(new long[] {41, 42});
    assertThat(recording.seen.get(3)).isEqualTo(new String[] {"100", "200"});
    assertThat(recording.seen.get(4)).isNull();
    ExecutionContext context = (ExecutionContext) recording.seen.get(5);
    assertThat(context.getFunctionName()).isEqualTo("record");
    assertThat(context.getInvocationId()).isEqualTo("invocation-1");
    assertThat(context.getRetryContext().getRetrycount()).isEqualTo(2);
    assertThat(context.getRetryContext().getMaxretrycount()).isEqualTo(3);
  }

  @Test
  void whatTheFunctionThrowsIsTheCause() {
    assertThatThrownBy(() -> function(new Failing()).call(DATA, "1", 0))
        .isInstanceOf(InvocationFailedException.class)
        .hasMessage("fail failed")
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no storage");
  }

  @Test
  void instanceThatCannotBeMadeFailsTheInvocation() {
    FunctionDefinition definition = definition(Failing.class);
    Function function = new Function(definition, Instances.of());

    assertThatThrownBy(() -> function.call(DATA, "1", 0))
        .isInstanceOf(InvocationFailedException.class);
  }

  @Test
  void parametersOfAnUnknownKindAreRefusedBeforeAnythingRuns() {
    assertThatThrownBy(() -> function(new UnknownBinding()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> function(new UnknownPayload()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Function function(Object instance) {
    return new Function(definition(instance.getClass()), Instances.of(instance));
  }

  private static FunctionDefinition definition(Class<?> type) {
    return FunctionDefinition.of(
            type, HostConfiguration.deployed(), new AppSettings(Map.of("HUBS", "Endpoint=…")))
        .get(0);
  }
}
