package io.deltamirror.worker.seed;

import com.azure.core.exception.AzureException;
import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.models.SendOptions;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.state.CopyTask;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Sends copy tasks to their hub, to one partition after the other: each partition has one
 * invocation at a time, so that as many parts are copied at once as there are partitions. For one
 * thread; the client belongs to the caller.
 */
public final class HubCopyTasks implements CopyTaskSender {
  private final EventHubProducerClient hub;
  private List<String> partitions = List.of();
  private int next;

  public HubCopyTasks(EventHubProducerClient hub) {
    this.hub = hub;
  }

  @Override
  public void send(CopyTask task) {
    EventData event = new EventData(Json.write(task).getBytes(StandardCharsets.UTF_8));
    try {
      if (partitions.isEmpty()) {
        partitions = hub.getPartitionIds().stream().toList();
      }
      String partition = partitions.get(next);
      // Also after a failure: a partition that does not answer holds up one task, not all.
      next = (next + 1) % partitions.size();
      for (int times = Failpoints.times(Failpoint.SEED_TASK_SENDING); times > 0; times--) {
        hub.send(List.of(event), new SendOptions().setPartitionId(partition));
      }
      Failpoints.reach(Failpoint.SEED_TASK_SENT);
    } catch (AzureException | IllegalStateException e) {
      throw new MirrorException(ErrorCode.HUB_UNAVAILABLE, "cannot send a copy task", e);
    }
  }
}
