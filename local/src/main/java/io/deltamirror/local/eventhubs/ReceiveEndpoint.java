package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.DeliveryAnnotations;
import org.apache.qpid.proton.amqp.transport.SenderSettleMode;
import org.apache.qpid.proton.codec.ReadableBuffer;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.message.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer's link. Reads from the log only what the client has given credit for and only while
 * little is waiting to be sent, so that a client that stops reading costs {@value
 * #MAX_WAITING_BYTES} bytes and one event, however much credit it gave.
 */
final class ReceiveEndpoint implements LinkEndpoint, Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(ReceiveEndpoint.class);
  private static final int MAX_WAITING_BYTES = 1 << 20;

  /** Well above what the SDK leaves unsettled, which is less than its credit of at most 8000. */
  private static final int MAX_UNSETTLED = 10_000;

  private final Sender link;
  private final ReceiverRequest request;
  private final LogReader reader;
  private final InjectedFaults faults;
  private final Mailbox mailbox;
  private LogRecord repeated;
  private long tag;

  ReceiveEndpoint(
      Sender link,
      ReceiverRequest request,
      LogReader reader,
      InjectedFaults faults,
      Mailbox mailbox) {
    this.link = link;
    this.request = request;
    this.reader = reader;
    this.faults = faults;
    this.mailbox = mailbox;
  }

  @Override
  public String consumerGroup() {
    return request.consumerGroup();
  }

  @Override
  public Long epoch() {
    return request.epoch();
  }

  @Override
  public void wake() {
    mailbox.wake();
  }

  @Override
  public void disconnect(AmqpFault reason) {
    mailbox.post(() -> close(reason));
  }

  @Override
  public void onDelivery(Delivery delivery) {
    if ((delivery.getRemoteState() != null || delivery.remotelySettled())
        && !delivery.isSettled()) {
      delivery.settle();
    }
  }

  @Override
  public boolean isReady() {
    return hasRoom() && (repeated != null || !reader.atEnd());
  }

  private boolean hasRoom() {
    return link.getLocalState() == EndpointState.ACTIVE
        && link.getCredit() > 0
        && link.getSession().getOutgoingBytes() < MAX_WAITING_BYTES
        && link.getUnsettled() < MAX_UNSETTLED;
  }

  @Override
  public void pump() throws IOException {
    try {
      while (isReady()) {
        LogRecord next = repeated == null ? reader.next() : repeated;
        if (next == null) {
          break;
        }
        repeated = repeated == null && faults.duplicatesDelivery() ? next : null;
        send(next);
      }
    } catch (DamagedLogException e) {
      LOG.error("A receiver of {} cannot go on", request.partition().log(), e);
      close(AmqpFault.internal(e.getMessage()));
      return;
    }
    if (link.getLocalState() == EndpointState.ACTIVE
        && link.getDrain()
        && repeated == null
        && reader.atEnd()) {
      link.drained();
    }
  }

  private void send(LogRecord event) {
    Delivery delivery = link.delivery(ByteBuffer.allocate(Long.BYTES).putLong(tag++).array());
    delivery.setMessageFormat(0);
    if (request.tracksLastEnqueued()) {
      link.sendNoCopy(wrap(lastEnqueued()));
    }
    link.sendNoCopy(wrap(event.message().duplicate()));
    link.advance();
    if (link.getRemoteSenderSettleMode() == SenderSettleMode.SETTLED) {
      delivery.settle();
    }
  }

  private static ReadableBuffer wrap(ByteBuffer bytes) {
    return ReadableBuffer.ByteBufferReader.wrap(bytes);
  }

  /**
   * Sent before each event to receivers that desire the capability {@code
   * com.microsoft:enable-receiver-runtime-metric}.
   */
  private ByteBuffer lastEnqueued() {
    LogPosition last = request.partition().log().end().last();
    Map<Symbol, Object> values = new HashMap<>();
    values.put(Symbol.valueOf("last_enqueued_sequence_number"), last.sequence());
    values.put(Symbol.valueOf("last_enqueued_offset"), Long.toString(last.offset()));
    values.put(
        Symbol.valueOf("last_enqueued_time_utc"),
        Date.from(Instant.ofEpochMilli(last.enqueuedMillis())));
    values.put(Symbol.valueOf("runtime_info_retrieval_time_utc"), Date.from(Instant.now()));
    Message section = Proton.message();
    section.setDeliveryAnnotations(new DeliveryAnnotations(values));
    byte[] bytes = new byte[512];
    return ByteBuffer.wrap(bytes, 0, section.encode(bytes, 0, bytes.length));
  }

  private void close(AmqpFault reason) {
    closed();
    link.setCondition(reason.toErrorCondition());
    link.close();
  }

  @Override
  public void closed() {
    request.partition().receivers().remove(this);
    try {
      reader.close();
    } catch (IOException e) {
      LOG.warn("Could not close a segment", e);
    }
  }
}
