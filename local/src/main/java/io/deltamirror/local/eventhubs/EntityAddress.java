package io.deltamirror.local.eventhubs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a hub or a part of it: {@code hub}, {@code hub/Partitions/0} or {@code
 * hub/ConsumerGroups/group/Partitions/0}.
 *
 * @param consumerGroup null when the address names none
 * @param partition null when the address names none
 */
record EntityAddress(String hub, String consumerGroup, String partition) {
  private static final Pattern FORM =
      Pattern.compile(
          "([^/]+)(?:/ConsumerGroups/([^/]+))?(?:/Partitions/([^/]+))?/?",
          Pattern.CASE_INSENSITIVE);

  static Optional<EntityAddress> parse(String address) {
    Matcher matcher = FORM.matcher(address);
    return matcher.matches()
        ? Optional.of(new EntityAddress(matcher.group(1), matcher.group(2), matcher.group(3)))
        : Optional.empty();
  }

  boolean isForProducers() {
    return consumerGroup == null;
  }

  boolean isForConsumers() {
    return consumerGroup != null && partition != null;
  }
}
