package io.deltamirror.local.eventhubs;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.message.Message;

/**
 * The link on which a client sends requests to a node; the answer goes out on the link its {@code
 * reply-to} names.
 */
final class RequestEndpoint extends InboundEndpoint {
  private final RequestNode node;
  private final Map<String, ReplyEndpoint> replies;

  /**
   * @param replies the reply links of this connection, by address
   */
  RequestEndpoint(
      Receiver link, int maxMessageBytes, RequestNode node, Map<String, ReplyEndpoint> replies) {
    super(link, maxMessageBytes);
    this.node = node;
    this.replies = replies;
  }

  @Override
  Optional<DeliveryState> receive(ByteBuffer bytes, int format) {
    Message request = Proton.message();
    try {
      request.decode(bytes.array(), bytes.arrayOffset(), bytes.remaining());
    } catch (RuntimeException e) { // what proton-j throws at malformed bytes has no type of its own
      return rejected(AmqpFault.malformed(String.valueOf(e.getMessage())));
    }
    ReplyEndpoint reply = replies.get(request.getReplyTo());
    if (reply == null) {
      return rejected(AmqpFault.notFound(String.valueOf(request.getReplyTo())));
    }
    if (reply.isFull()) {
      return rejected(AmqpFault.limitExceeded("Too many answers have not been read yet."));
    }
    Map<String, Object> properties =
        request.getApplicationProperties() == null
            ? Map.of()
            : request.getApplicationProperties().getValue();
    reply.send(node.answer(properties).toMessage(request.getMessageId()));
    return accepted();
  }
}
