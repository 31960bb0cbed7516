package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import jdk.net.ExtendedSocketOptions;
import org.apache.qpid.proton.engine.Transport;
import org.apache.qpid.proton.engine.TransportException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection and the loop that serves it. The loop sleeps in its selector until the
 * socket, another thread or a heartbeat has something for it, and takes nothing more from the logs
 * while the socket does not take what is there.
 */
final class AmqpConnection implements Runnable, Mailbox {
  private static final Logger LOG = LoggerFactory.getLogger(AmqpConnection.class);

  private final SocketChannel socket;
  private final Selector selector;
  private final AmqpEngine engine;
  private final Transport transport;
  private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private final boolean hasQuickAck;
  private volatile boolean aborted;

  AmqpConnection(
      SocketChannel socket, Namespace namespace, int maxMessageBytes, InjectedFaults faults)
      throws IOException {
    this.socket = socket;
    socket.configureBlocking(false);
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.hasQuickAck = socket.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK);
    this.selector = Selector.open();
    this.engine =
        new AmqpEngine(
            new LinkAttacher(namespace, maxMessageBytes, faults, this, this::abort),
            maxMessageBytes);
    this.transport = engine.transport();
  }

  @Override
  public void wake() {
    selector.wakeup();
  }

  @Override
  public void post(Runnable action) {
    posted.add(action);
    selector.wakeup();
  }

  /** Drops the connection without a farewell, soon. Callable from any thread. */
  void abort() {
    aborted = true;
    selector.wakeup();
  }

  @Override
  public void run() {
    try (socket;
        selector) {
      serve(socket.register(selector, SelectionKey.OP_READ));
    } catch (IOException e) {
      LOG.debug("Connection lost", e);
    } catch (TransportException e) {
      LOG.warn("A client broke the AMQP protocol; its connection is closed", e);
    } catch (RuntimeException e) {
      LOG.error("A connection of the local event hubs failed", e);
    } finally {
      engine.abandon();
    }
  }

  private void serve(SelectionKey key) throws IOException {
    boolean flushed = true;
    while (!aborted) {
      for (Runnable action; (action = posted.poll()) != null; ) {
        action.run();
      }
      engine.handleEvents();
      if (flushed) {
        engine.pump();
      }
      long heartbeat = transport.tick(System.currentTimeMillis());
      flushed = flush();
      if (engine.isClosed()) {
        return;
      }
      key.interestOps(
          (transport.capacity() > 0 ? SelectionKey.OP_READ : 0)
              | (flushed ? 0 : SelectionKey.OP_WRITE));
      if (flushed && engine.isReady()) {
        selector.selectNow();
      } else {
        selector.select(millisUntil(heartbeat));
      }
      selector.selectedKeys().clear();
      read();
    }
  }

  /** How long to sleep at most; 0 means without end. */
  private static long millisUntil(long heartbeat) {
    return heartbeat == 0 ? 0 : Math.max(1, heartbeat - System.currentTimeMillis());
  }

  private void read() throws IOException {
    while (transport.capacity() > 0) {
      ByteBuffer tail = transport.tail();
      int length = socket.read(tail);
      if (length == 0) {
        break;
      }
      if (length < 0) {
        aborted = true;
        break;
      }
      acknowledgeQuickly();
      transport.process();
      engine.handleEvents();
    }
  }

  /**
   * The SDK leaves Nagle's algorithm on, so its next small frame, often the credit we wait for, is
   * held back until the last one is acknowledged, and Linux delays that by 40 ms. The option holds
   * only for a while, so it is set again after each read.
   */
  private void acknowledgeQuickly() throws IOException {
    if (hasQuickAck) {
      socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
    }
  }

  /** Whether the socket took all there was. */
  private boolean flush() throws IOException {
    for (int pending; (pending = transport.pending()) > 0; ) {
      int written = socket.write(transport.head());
      transport.pop(written);
      if (written < pending) {
        return false;
      }
    }
    return true;
  }
}
