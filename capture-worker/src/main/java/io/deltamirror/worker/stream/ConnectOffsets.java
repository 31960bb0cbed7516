package io.deltamirror.worker.stream;

import io.deltamirror.core.MirrorException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;

/**
 * Connect's offset storage in the mirror's {@link OffsetDocument}. A mirror has one source
 * partition, so whatever key is asked for means that document. Writes are done when they return.
 */
public final class ConnectOffsets implements OffsetBackingStore {
  private OffsetDocument document;

  @Override
  public void configure(WorkerConfig config) {
    document = StreamParts.find(config.originals().get(StreamParts.ID)).offsets();
  }

  @Override
  public void start() {}

  @Override
  public void stop() {}

  @Override
  public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
    Map<ByteBuffer, ByteBuffer> found = new HashMap<>();
    document
        .text()
        .ifPresent(
            text -> keys.forEach(key -> found.put(key, StandardCharsets.UTF_8.encode(text))));
    return CompletableFuture.completedFuture(found);
  }

  @Override
  public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, Callback<Void> callback) {
    try {
      values
          .values()
          .forEach(value -> document.write(StandardCharsets.UTF_8.decode(value).toString()));
    } catch (MirrorException e) {
      callback.onCompletion(e, null);
      return CompletableFuture.failedFuture(e);
    }
    callback.onCompletion(null, null);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Set<Map<String, Object>> connectorPartitions(String connectorName) {
    return Set.of(MirrorSourceTask.PARTITION);
  }
}
