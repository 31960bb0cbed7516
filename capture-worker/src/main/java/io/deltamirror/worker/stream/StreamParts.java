package io.deltamirror.worker.stream;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a connector's task and offset store work with.
 *
 * <p>Kafka Connect makes both by class name and hands them nothing but texts. So they find their
 * parts by an id among these texts: the one place of the project with static state. An entry lives
 * from {@link #register} to {@link #unregister}, for as long as its engine.
 */
record StreamParts(StreamReader reader, OffsetDocument offsets) {
  /** Name of the connector's property that holds the id. */
  static final String ID = "mirror.stream";

  private static final Map<String, StreamParts> RUNNING = new ConcurrentHashMap<>();

  String register() {
    String id = UUID.randomUUID().toString();
    RUNNING.put(id, this);
    return id;
  }

  static StreamParts find(Object id) {
    StreamParts parts = RUNNING.get(String.valueOf(id));
    if (parts == null) {
      throw new IllegalStateException("no such stream");
    }
    return parts;
  }

  static void unregister(String id) {
    RUNNING.remove(id);
  }
}
