package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.engine.Receiver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer's link, to a hub or to one of its partitions. Accepts a delivery once the log has it.
 */
final class PublishEndpoint extends InboundEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(PublishEndpoint.class);

  private final Hub hub;
  private final Partition fixed;
  private final InjectedFaults faults;
  private final Runnable abort;

  /**
   * @param fixed the partition the link names; null when every publication may go elsewhere
   * @param abort drops the connection without a word
   */
  PublishEndpoint(
      Receiver link,
      int maxMessageBytes,
      Hub hub,
      Partition fixed,
      InjectedFaults faults,
      Runnable abort) {
    super(link, maxMessageBytes);
    this.hub = hub;
    this.fixed = fixed;
    this.faults = faults;
    this.abort = abort;
  }

  @Override
  Optional<DeliveryState> receive(ByteBuffer message, int format) {
    if (faults.failsSend()) {
      return rejected(faults.sendFault());
    }
    try {
      Publication publication = Publication.parse(message, format);
      Partition partition = fixed == null ? hub.partitionFor(publication.partitionKey()) : fixed;
      partition.publish(publication.events());
    } catch (MalformedMessageException e) {
      return rejected(AmqpFault.malformed(e.getMessage()));
    } catch (IOException e) {
      LOG.error("Could not store a publication to event hub '{}'", hub.name(), e);
      return rejected(AmqpFault.internal("The event could not be stored: " + e.getMessage()));
    }
    if (faults.losesAcknowledgement()) {
      abort.run();
      return Optional.empty();
    }
    return accepted();
  }
}
