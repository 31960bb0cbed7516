package io.deltamirror.functions;

import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.Cardinality;
import com.microsoft.azure.functions.annotation.EventHubTrigger;
import com.microsoft.azure.functions.annotation.ExponentialBackoffRetry;
import com.microsoft.azure.functions.annotation.FunctionName;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Change batches from the hub into Delta tables. */
public final class ApplyChanges {
  private final ChangeSink changes;

  public ApplyChanges(ChangeSink changes) {
    this.changes = changes;
  }

  /**
   * Applies a trigger batch. The host moves its checkpoint on even after a failure, once the
   * retries are used up; so there is no end of them, and a shared fault holds the partition.
   *
   * @param events of one partition, in its order
   * @param partition its context, the only thing taken from the host's metadata: events describe
   *     themselves
   */
  @FunctionName("ApplyChanges")
  @ExponentialBackoffRetry(
      maxRetryCount = -1,
      minimumInterval = "00:00:01",
      maximumInterval = "00:01:00")
  public void run(
      @EventHubTrigger(
              name = "events",
              eventHubName = "%" + FunctionSettings.CHANGES_HUB + "%",
              connection = FunctionSettings.EVENT_HUBS,
              consumerGroup = "$Default",
              cardinality = Cardinality.MANY,
              dataType = "binary")
          byte[][] events,
      @BindingName("PartitionContext") Map<String, Object> partition)
      throws IOException {
    changes.apply(Integer.parseInt(String.valueOf(partition.get("PartitionId"))), List.of(events));
  }
}
