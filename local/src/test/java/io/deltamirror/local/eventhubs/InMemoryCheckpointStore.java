package io.deltamirror.local.eventhubs;

import com.azure.messaging.eventhubs.CheckpointStore;
import com.azure.messaging.eventhubs.models.Checkpoint;
import com.azure.messaging.eventhubs.models.PartitionOwnership;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A checkpoint store for one hub and consumer group, with the ETag rule of the contract. */
final class InMemoryCheckpointStore implements CheckpointStore {
  private final Map<String, PartitionOwnership> owners = new ConcurrentHashMap<>();
  private final Map<String, Checkpoint> checkpoints = new ConcurrentHashMap<>();

  @Override
  public Flux<PartitionOwnership> listOwnership(String namespace, String hub, String group) {
    return Flux.fromIterable(owners.values());
  }

  @Override
  public Flux<PartitionOwnership> claimOwnership(List<PartitionOwnership> requests) {
    List<PartitionOwnership> granted = new ArrayList<>();
    for (PartitionOwnership request : requests) {
      owners.compute(
          request.getPartitionId(),
          (id, current) -> {
            String etag = current == null ? null : current.getETag();
            if (current != null && !Objects.equals(etag, request.getETag())) {
              return current;
            }
            request.setETag(UUID.randomUUID().toString());
            request.setLastModifiedTime(System.currentTimeMillis());
            granted.add(request);
            return request;
          });
    }
    return Flux.fromIterable(granted);
  }

  @Override
  public Flux<Checkpoint> listCheckpoints(String namespace, String hub, String group) {
    return Flux.fromIterable(checkpoints.values());
  }

  @Override
  public Mono<Void> updateCheckpoint(Checkpoint checkpoint) {
    checkpoints.put(checkpoint.getPartitionId(), checkpoint);
    return Mono.empty();
  }
}
