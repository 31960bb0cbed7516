package io.deltamirror.functions;

import com.azure.messaging.eventhubs.EventHubClientBuilder;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.hub.EventHubsHistory;
import io.deltamirror.core.hub.HubHistory;
import java.time.Duration;
import java.util.Map;

/** Makes the history of the hub {@code changes} from the settings that the triggers use, too. */
public final class ChangesHistory {
  /** Longer than that, and a new copy of the table is the shorter way. */
  private static final Duration BUDGET = Duration.ofMinutes(10);

  private ChangesHistory() {}

  /**
   * The history; nothing is connected to before it is read.
   *
   * @throws MirrorException {@code INVALID_ARGUMENT} naming the setting that is missing
   */
  public static HubHistory from(Map<String, String> environment) {
    String connection = required(environment, FunctionSettings.EVENT_HUBS);
    String hub = required(environment, FunctionSettings.CHANGES_HUB);
    return new EventHubsHistory(
        () -> new EventHubClientBuilder().connectionString(connection, hub), BUDGET);
  }

  private static String required(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT, "the app setting " + name + " is missing");
    }
    return value;
  }
}
