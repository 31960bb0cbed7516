package io.deltamirror.local.eventhubs;

import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;

/** {@code $management}, which describes hubs and partitions. */
final class ManagementNode implements RequestNode {
  private static final String HUB = "com.microsoft:eventhub";
  private static final String PARTITION = "com.microsoft:partition";

  private final Namespace namespace;

  ManagementNode(Namespace namespace) {
    this.namespace = namespace;
  }

  @Override
  public Response answer(Map<String, Object> request) {
    Object type = request.get("type");
    try {
      Hub hub = namespace.hub(String.valueOf(request.get("name")));
      if (HUB.equals(type)) {
        return Response.of(200, "OK", describe(hub));
      }
      if (PARTITION.equals(type)) {
        Partition partition = hub.partition(String.valueOf(request.get("partition")));
        return Response.of(200, "OK", describe(hub, partition));
      }
      return Response.failed(
          400, AmqpFault.invalidArgument("The type '" + type + "' is not supported."));
    } catch (AmqpFaultException e) {
      return Response.failed(404, e.fault());
    }
  }

  private static Map<String, Object> describe(Hub hub) {
    String[] ids =
        hub.partitions().stream().map(p -> Integer.toString(p.id())).toArray(String[]::new);
    Map<String, Object> body = new HashMap<>();
    body.put("name", hub.name());
    body.put("type", HUB);
    body.put("created_at", Date.from(hub.created()));
    body.put("partition_count", ids.length);
    body.put("partition_ids", ids);
    body.put("georeplication_factor", 1);
    return body;
  }

  private static Map<String, Object> describe(Hub hub, Partition partition) {
    LogPosition last = partition.log().end().last();
    Map<String, Object> body = new HashMap<>();
    body.put("name", hub.name());
    body.put("type", PARTITION);
    body.put("partition", Integer.toString(partition.id()));
    body.put("begin_sequence_number", partition.log().beginSequence());
    body.put("last_enqueued_sequence_number", last.sequence());
    body.put("last_enqueued_offset", Long.toString(last.offset()));
    body.put("last_enqueued_time_utc", Date.from(Instant.ofEpochMilli(last.enqueuedMillis())));
    body.put("is_partition_empty", partition.isEmpty());
    return body;
  }
}
