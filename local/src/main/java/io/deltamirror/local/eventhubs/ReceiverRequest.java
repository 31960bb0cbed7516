package io.deltamirror.local.eventhubs;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.engine.Sender;

/**
 * What a client asks for when it attaches a receive link.
 *
 * @param epoch null when it asks for none
 * @param tracksLastEnqueued whether every event shall tell how far the partition is
 */
record ReceiverRequest(
    Partition partition, String consumerGroup, Long epoch, boolean tracksLastEnqueued) {
  private static final Symbol EPOCH = Symbol.valueOf("com.microsoft:epoch");
  private static final Symbol RUNTIME_METRIC =
      Symbol.valueOf("com.microsoft:enable-receiver-runtime-metric");

  static ReceiverRequest of(Sender link, Partition partition, String consumerGroup) {
    Map<Symbol, Object> properties = link.getRemoteProperties();
    Object epoch = properties == null ? null : properties.get(EPOCH);
    Symbol[] capabilities = link.getRemoteDesiredCapabilities();
    return new ReceiverRequest(
        partition,
        consumerGroup.toLowerCase(Locale.ROOT),
        epoch instanceof Number number ? number.longValue() : null,
        capabilities != null && Arrays.asList(capabilities).contains(RUNTIME_METRIC));
  }
}
