package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.engine.Connection;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sasl;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.engine.Session;
import org.apache.qpid.proton.engine.Transport;

/**
 * An AMQP client that can do what the SDK's never would: stop reading, send nonsense. Works only
 * when {@link #exchange} is called.
 */
final class RawAmqpClient implements AutoCloseable {
  private final SocketChannel socket;
  private final Transport transport = Proton.transport();
  private final Session session;

  RawAmqpClient(int port) throws IOException {
    socket = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.configureBlocking(false);
    Sasl sasl = transport.sasl();
    sasl.client();
    sasl.setMechanisms("ANONYMOUS");
    Connection connection = Proton.connection();
    transport.bind(connection);
    connection.setContainer("raw");
    connection.setHostname("localhost");
    connection.open();
    session = connection.session();
    session.open();
  }

  Receiver receiver(String address, int credit) {
    return receiver(address, credit, Map.of());
  }

  Receiver receiver(String address, int credit, Map<Symbol, Object> properties) {
    Receiver receiver = session.receiver("receiver of " + address + " " + properties);
    receiver.setProperties(properties);
    Source source = new Source();
    source.setAddress(address);
    receiver.setSource(source);
    receiver.setTarget(new Target());
    receiver.open();
    receiver.flow(credit);
    return receiver;
  }

  Sender sender(String address) {
    Sender sender = session.sender("sender to " + address);
    Target target = new Target();
    target.setAddress(address);
    sender.setSource(new Source());
    sender.setTarget(target);
    sender.open();
    return sender;
  }

  Delivery send(Sender sender, byte[] message, int format) {
    Delivery delivery = sender.delivery(ByteBuffer.allocate(8).putLong(System.nanoTime()).array());
    delivery.setMessageFormat(format);
    sender.send(message, 0, message.length);
    sender.advance();
    return delivery;
  }

  /** Counts and settles what has arrived whole. */
  int receive(Receiver receiver) {
    int received = 0;
    for (Delivery delivery; (delivery = receiver.current()) != null; ) {
      if (!delivery.isReadable() || delivery.isPartial()) {
        break;
      }
      byte[] bytes = new byte[delivery.pending()];
      receiver.recv(bytes, 0, bytes.length);
      receiver.advance();
      delivery.settle();
      received++;
    }
    return received;
  }

  /** Ends the session without detaching its links. */
  void endSession() {
    session.close();
  }

  /** Writes what is to be written and reads what is there. */
  void exchange() throws IOException {
    for (int pending; (pending = transport.pending()) > 0; ) {
      int written = socket.write(transport.head());
      transport.pop(written);
      if (written < pending) {
        break;
      }
    }
    while (transport.capacity() > 0 && socket.read(transport.tail()) > 0) {
      transport.process();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
