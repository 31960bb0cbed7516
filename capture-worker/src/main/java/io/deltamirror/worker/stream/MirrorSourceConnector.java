package io.deltamirror.worker.stream;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * A Kafka Connect source with one task, whose records are whole events of the hub rather than rows:
 * what hosts it has a few records a second to handle, not every change.
 */
public final class MirrorSourceConnector extends SourceConnector {
  private Map<String, String> properties;

  @Override
  public void start(Map<String, String> given) {
    properties = Map.copyOf(given);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return MirrorSourceTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return List.of(properties);
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return new ConfigDef()
        .define(
            StreamParts.ID,
            ConfigDef.Type.STRING,
            ConfigDef.Importance.HIGH,
            "id of the stream's parts");
  }

  @Override
  public String version() {
    return "1";
  }
}
