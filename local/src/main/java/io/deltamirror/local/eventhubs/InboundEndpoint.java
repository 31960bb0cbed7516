package io.deltamirror.local.eventhubs;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Receiver;

/** A link on which the client sends: collects each message, bounded, and answers it. */
abstract class InboundEndpoint implements LinkEndpoint {
  /** What the service grants a producer. */
  private static final int CREDIT = 300;

  private final Receiver link;
  private final int maxMessageBytes;

  InboundEndpoint(Receiver link, int maxMessageBytes) {
    this.link = link;
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Takes a whole message; empty when its sender shall hear nothing, because the connection goes
   * down instead.
   */
  abstract Optional<DeliveryState> receive(ByteBuffer message, int format);

  final void grantCredit() {
    if (link.getCredit() <= CREDIT / 2) {
      link.flow(CREDIT - link.getCredit());
    }
  }

  @Override
  public final void onDelivery(Delivery delivery) {
    if (link.getLocalState() != EndpointState.ACTIVE) {
      return; // sent before the client heard that the link is closed
    }
    if (delivery.pending() > maxMessageBytes && delivery.isPartial()) {
      // Were we to wait for the rest, it would fill the session's window, and nothing could come
      // any more.
      link.setCondition(AmqpFault.tooLarge(delivery.pending(), maxMessageBytes).toErrorCondition());
      link.close();
      return;
    }
    if (!delivery.isReadable() || delivery.isPartial()) {
      return;
    }
    byte[] bytes = new byte[delivery.pending()];
    link.recv(bytes, 0, bytes.length);
    link.advance();
    Optional<DeliveryState> outcome =
        bytes.length > maxMessageBytes
            ? Optional.of(AmqpFault.tooLarge(bytes.length, maxMessageBytes).toRejected())
            : receive(ByteBuffer.wrap(bytes), delivery.getMessageFormat());
    outcome.ifPresent(
        state -> {
          delivery.disposition(state);
          delivery.settle();
        });
    grantCredit();
  }

  static Optional<DeliveryState> accepted() {
    return Optional.of(Accepted.getInstance());
  }

  static Optional<DeliveryState> rejected(AmqpFault fault) {
    return Optional.of(fault.toRejected());
  }
}
