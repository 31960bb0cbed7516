package io.deltamirror.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.Cardinality;
import com.microsoft.azure.functions.annotation.EventHubTrigger;
import com.microsoft.azure.functions.annotation.ExponentialBackoffRetry;
import com.microsoft.azure.functions.annotation.FunctionName;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.state.CopyTask;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Copy tasks from the hub: PostgreSQL's COPY into files of the lake. */
public final class CopyTable {
  private final CopySink copies;

  public CopyTable(CopySink copies) {
    this.copies = copies;
  }

  /**
   * Carries out tasks one after the other. With {@code Cardinality.ONE} the host would run a whole
   * batch of a partition at the same time, and memory would grow with it.
   *
   * @param events a task each, as JSON
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
      ExecutionContext context) {
    for (byte[] event : events) {
      task(event, context).ifPresent(copies::copy);
    }
  }

  /** What cannot be read now can never be: it is recorded and left, so that it holds up nobody. */
  private static Optional<CopyTask> task(byte[] event, ExecutionContext context) {
    Optional<CopyTask> task = read(event);
    if (task.isEmpty()) {
      context
          .getLogger()
          .severe(
              ErrorCode.MALFORMED_EVENT
                  + ": an event of "
                  + event.length
                  + " bytes is not a copy task; it is left out");
    }
    return task;
  }

  private static Optional<CopyTask> read(byte[] event) {
    try {
      String text = new String(event, StandardCharsets.UTF_8);
      return Optional.ofNullable(Json.read(text, CopyTask.class))
          .filter(task -> task.mirror() != null && task.snapshotName() != null);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
