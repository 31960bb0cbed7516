package io.deltamirror.local.eventhubs;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An event hub to serve.
 *
 * @param name letters, digits, {@code . - _}, beginning and ending with a letter or digit; compared
 *     without case, as in the service
 * @param partitions 1 to 1024; fixed once the hub exists, because a partition key must keep its
 *     partition
 */
public record HubDefinition(String name, int partitions) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,254}[a-z0-9])?");

  public HubDefinition {
    name = name.toLowerCase(Locale.ROOT);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("'" + name + "' is not a name for an event hub");
    }
    if (partitions < 1 || partitions > 1024) {
      throw new IllegalArgumentException(
          "Event hub '" + name + "' must have 1 to 1024 partitions, not " + partitions);
    }
  }
}
