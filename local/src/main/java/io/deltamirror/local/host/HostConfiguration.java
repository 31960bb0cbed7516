package io.deltamirror.local.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltamirror.core.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * What the host takes from {@code host.json}; the defaults are the service's.
 *
 * @param routePrefix in front of each HTTP route
 * @param maxEventBatchSize most events of an invocation
 * @param prefetchCount events asked for ahead, per partition
 * @param fromStart whether a partition without a checkpoint is read from its start, or from its end
 */
public record HostConfiguration(
    String routePrefix, int maxEventBatchSize, int prefetchCount, boolean fromStart) {

  public HostConfiguration {
    if (maxEventBatchSize < 1 || prefetchCount < 1) {
      throw new IllegalArgumentException("maxEventBatchSize and prefetchCount are at least 1");
    }
  }

  /** The {@code host.json} that is deployed, as this program was built with it. */
  public static HostConfiguration deployed() {
    try (InputStream json = HostConfiguration.class.getResourceAsStream("host.json")) {
      return read(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a {@code host.json}.
   *
   * @throws IllegalArgumentException when it has a setting that this host cannot follow
   */
  static HostConfiguration read(InputStream json) throws IOException {
    JsonNode extensions = Json.mapper().readTree(json).path("extensions");
    JsonNode hubs = extensions.path("eventHubs");
    return new HostConfiguration(
        extensions.path("http").path("routePrefix").asText("api"),
        hubs.path("maxEventBatchSize").asInt(100),
        hubs.path("prefetchCount").asInt(300),
        fromStart(hubs.path("initialOffsetOptions").path("type").asText("fromStart")));
  }

  private static boolean fromStart(String type) {
    return switch (type) {
      case "fromStart" -> true;
      case "fromEnd" -> false;
      default -> throw new IllegalArgumentException("initialOffsetOptions of type " + type);
    };
  }
}
