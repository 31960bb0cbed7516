package io.deltamirror.functions;

import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.Cardinality;
import com.microsoft.azure.functions.annotation.EventHubTrigger;
import com.microsoft.azure.functions.annotation.ExponentialBackoffRetry;
import com.microsoft.azure.functions.annotation.FunctionName;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.deadletter.BadEvent;
import io.deltamirror.core.deadletter.DeadLetters;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.state.CopyTask;
import io.deltamirror.core.state.MirrorDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Copy tasks from the hub: PostgreSQL's COPY into files of the lake. */
public final class CopyTable {
  private final CopySink copies;
  private final BadTaskSink bad;

  public CopyTable(CopySink copies, BadTaskSink bad) {
    this.copies = copies;
    this.bad = bad;
  }

  /**
   * Carries out tasks one after the other. With {@code Cardinality.ONE} the host would run a whole
   * batch of a partition at the same time, and memory would grow with it.
   *
   * @param events a task each, as JSON
   * @param partition its context
   */
  @FunctionName("CopyTable")
  @ExponentialBackoffRetry(
      maxRetryCount = -1,
      minimumInterval = "00:00:01",
      maximumInterval = "00:01:00")
  public void run(
      @EventHubTrigger(
              name = "events",
              eventHubName = "%" + FunctionSettings.COPY_TASKS_HUB + "%",
              connection = FunctionSettings.EVENT_HUBS,
              consumerGroup = "$Default",
              cardinality = Cardinality.MANY,
              dataType = "binary")
          byte[][] events,
      @BindingName("PartitionContext") Map<String, Object> partition)
      throws IOException {
    for (byte[] event : events) {
      Optional<CopyTask> task = read(event);
      if (task.isPresent()) {
        copies.copy(task.get());
      } else {
        bad.keep(badTask(Integer.parseInt(String.valueOf(partition.get("PartitionId"))), event));
      }
    }
  }

  /**
   * What cannot be read now can never be: it is kept for people, and holds up nobody. The worker
   * sends the task of a copy that does not go on again.
   */
  private static BadEvent badTask(int partition, byte[] event) {
    return new BadEvent(
        DeadLetters.COPY_TASKS,
        partition,
        event,
        new MirrorException(
            ErrorCode.MALFORMED_EVENT, "an event of " + event.length + " bytes is no copy task"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Optional<CopyTask> read(byte[] event) {
    try {
      String text = new String(event, StandardCharsets.UTF_8);
      return Optional.ofNullable(Json.read(text, CopyTask.class))
          .filter(task -> task.mirror() != null && MirrorDefinition.isName(task.mirror()))
          .filter(task -> task.snapshotName() != null);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
