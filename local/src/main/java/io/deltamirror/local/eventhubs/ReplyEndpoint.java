package io.deltamirror.local.eventhubs;

import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.qpid.proton.amqp.transport.SenderSettleMode;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.message.Message;

/** The link on which a client receives the answers of a node. */
final class ReplyEndpoint implements LinkEndpoint {
  /** Fits the description of a hub of 1024 partitions. */
  private static final int MAX_ANSWER_BYTES = 16 * 1024;

  private static final int MAX_QUEUED = 300;

  private final Sender link;
  private final String address;
  private final Map<String, ReplyEndpoint> replies;
  private long tag;

  ReplyEndpoint(Sender link, String address, Map<String, ReplyEndpoint> replies) {
    this.link = link;
    this.address = address;
    this.replies = replies;
    replies.put(address, this);
  }

  boolean isFull() {
    return link.getQueued() >= MAX_QUEUED || link.getUnsettled() >= MAX_QUEUED;
  }

  void send(Message answer) {
    byte[] bytes = new byte[MAX_ANSWER_BYTES];
    int length = answer.encode(bytes, 0, bytes.length);
    Delivery delivery = link.delivery(ByteBuffer.allocate(Long.BYTES).putLong(tag++).array());
    link.send(bytes, 0, length);
    link.advance();
    if (link.getRemoteSenderSettleMode() == SenderSettleMode.SETTLED) {
      delivery.settle();
    }
  }

  @Override
  public void onDelivery(Delivery delivery) {
    if (!delivery.isSettled()) {
      delivery.settle();
    }
  }

  @Override
  public void closed() {
    replies.remove(address, this);
  }
}
