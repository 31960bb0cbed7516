package io.deltamirror.local.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a {@link LocalFunctionHost} runs.
 *
 * @param configuration of {@code host.json}
 * @param settings the app settings, by name; hold secrets
 * @param checkpoints folder of the checkpoints; without it all is delivered again
 * @param httpPort on loopback; 0 for any free one
 * @param functionKey asked of callers of functions with a key; empty for none
 * @param bufferBytes waiting events per partition, in bytes, beside the batch that is being
 *     carried; the last one may exceed it, and the client reads up to eight more ahead
 * @param maxBodyBytes longest HTTP body, in bytes
 * @param shutdownTimeout how long running invocations are waited for at the end
 */
public record HostOptions(
    HostConfiguration configuration,
    Map<String, String> settings,
    Path checkpoints,
    int httpPort,
    Optional<String> functionKey,
    int bufferBytes,
    int maxBodyBytes,
    Duration shutdownTimeout) {

  public HostOptions {
    settings = Map.copyOf(settings);
  }

  /**
   * The deployed configuration, no key, 8 MB of waiting events per partition, bodies of 1 MB, 30 s.
   */
  public static HostOptions of(Map<String, String> settings, Path checkpoints, int httpPort) {
    return new HostOptions(
        HostConfiguration.deployed(),
        settings,
        checkpoints,
        httpPort,
        Optional.empty(),
        8 << 20,
        1 << 20,
        Duration.ofSeconds(30));
  }

  /** Without the settings, which hold secrets. */
  @Override
  public String toString() {
    return "HostOptions[" + configuration + ", " + checkpoints + ", port " + httpPort + "]";
  }
}
