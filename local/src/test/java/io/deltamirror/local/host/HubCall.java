package io.deltamirror.local.host;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** One invocation's events, as text. */
record HubCall(String partition, List<String> events, List<Long> sequenceNumbers) {
  static HubCall of(byte[][] events, Map<String, Object> partition, long[] sequenceNumbers) {
    return new HubCall(
        (String) partition.get("PartitionId"),
        Arrays.stream(events).map(body -> new String(body, StandardCharsets.UTF_8)).toList(),
        Arrays.stream(sequenceNumbers).boxed().toList());
  }
}
