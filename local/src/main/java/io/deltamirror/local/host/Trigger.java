package io.deltamirror.local.host;

import com.microsoft.azure.functions.HttpMethod;
import java.util.Set;

/** What starts a function, its settings resolved. */
sealed interface Trigger {
  /**
   * Events of a hub.
   *
   * @param connection the namespace's connection string
   */
  record Hub(String hub, String consumerGroup, String connection) implements Trigger {
    /** Without the connection string, which is a secret. */
    @Override
    public String toString() {
      return "hub " + hub + ", " + consumerGroup;
    }
  }

  /** Moments. */
  record Timer(Schedule schedule) implements Trigger {}

  /**
   * Requests.
   *
   * @param methods empty for all
   * @param keyed whether callers need a key where one is set
   */
  record Http(Route route, Set<HttpMethod> methods, boolean keyed) implements Trigger {
    public Http {
      methods = Set.copyOf(methods);
    }
  }
}
