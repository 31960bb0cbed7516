package io.deltamirror.local.host;

import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.Cardinality;
import com.microsoft.azure.functions.annotation.EventHubTrigger;
import com.microsoft.azure.functions.annotation.ExponentialBackoffRetry;
import com.microsoft.azure.functions.annotation.FixedDelayRetry;
import com.microsoft.azure.functions.annotation.FunctionName;
import java.util.Map;

/** Functions on the hub {@code changes} that differ in their retries alone. */
final class HubFunctions {
  private HubFunctions() {}

  /** What they do with a batch. */
  @FunctionalInterface
  interface Body {
    void run(HubCall call) throws Exception;
  }

  public record Once(Body body) {
    @FunctionName("once")
    public void run(
        @EventHubTrigger(
                name = "events",
                eventHubName = "%HUB%",
                connection = "HUBS",
                cardinality = Cardinality.MANY,
                dataType = "binary")
            byte[][] events,
        @BindingName("PartitionContext") Map<String, Object> partition,
        @BindingName("SequenceNumberArray") long[] sequenceNumbers)
        throws Exception {
      body.run(HubCall.of(events, partition, sequenceNumbers));
    }
  }

  public record Thrice(Body body) {
    @FunctionName("thrice")
    @FixedDelayRetry(maxRetryCount = 2, delayInterval = "00:00:00.05")
    public void run(
        @EventHubTrigger(
                name = "events",
                eventHubName = "%HUB%",
                connection = "HUBS",
                cardinality = Cardinality.MANY,
                dataType = "binary")
            byte[][] events,
        @BindingName("PartitionContext") Map<String, Object> partition,
        @BindingName("SequenceNumberArray") long[] sequenceNumbers)
        throws Exception {
      body.run(HubCall.of(events, partition, sequenceNumbers));
    }
  }

  public record Forever(Body body) {
    @FunctionName("forever")
    @ExponentialBackoffRetry(
        maxRetryCount = -1,
        minimumInterval = "00:00:00.02",
        maximumInterval = "00:00:00.1")
    public void run(
        @EventHubTrigger(
                name = "events",
                eventHubName = "%HUB%",
                connection = "HUBS",
                cardinality = Cardinality.MANY,
                dataType = "binary")
            byte[][] events,
        @BindingName("PartitionContext") Map<String, Object> partition,
        @BindingName("SequenceNumberArray") long[] sequenceNumbers)
        throws Exception {
      body.run(HubCall.of(events, partition, sequenceNumbers));
    }
  }
}
