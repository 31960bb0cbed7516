package io.deltamirror.local.host;

import com.azure.messaging.eventhubs.EventData;
import java.util.List;
import java.util.Map;

/**
 * A partition's events as the service hands them to a function: bodies, and the metadata under the
 * service's names.
 */
final class HubBatch {
  private HubBatch() {}

  static TriggerData of(
      Trigger.Hub hub, String namespace, String partition, List<EventData> events) {
    return new TriggerData(
        events.stream().map(EventData::getBody).toArray(byte[][]::new),
        Map.of(
            "PartitionContext",
            Map.of(
                "FullyQualifiedNamespace",
                namespace,
                "EventHubName",
                hub.hub(),
                "ConsumerGroup",
                hub.consumerGroup(),
                "PartitionId",
                partition),
            "SequenceNumberArray",
            events.stream().mapToLong(EventData::getSequenceNumber).toArray(),
            "OffsetArray",
            events.stream().map(EventData::getOffsetString).toArray(String[]::new),
            "EnqueuedTimeUtcArray",
            events.stream()
                .map(event -> event.getEnqueuedTime().toString())
                .toArray(String[]::new)));
  }
}
