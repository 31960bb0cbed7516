package io.deltamirror.local.eventhubs;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections on loopback and gives each a thread. Thread-safe. */
final class Listener implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final long CLOSE_MILLIS = TimeUnit.SECONDS.toMillis(10);

  /** Makes the connection that serves an accepted socket. */
  interface ConnectionFactory {
    AmqpConnection serve(SocketChannel socket) throws IOException;
  }

  private final ServerSocketChannel server;
  private final ConnectionFactory factory;
  private final Map<AmqpConnection, Thread> connections = new ConcurrentHashMap<>();
  private final Thread acceptor;

  private Listener(ServerSocketChannel server, ConnectionFactory factory) {
    this.server = server;
    this.factory = factory;
    this.acceptor = daemon("event-hubs-accept", this::accept);
  }

  /**
   * Begins to listen.
   *
   * @param port 0 for any that is free
   */
  static Listener start(int port, ConnectionFactory factory) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      server.close();
      throw new IOException(
          "The local event hubs cannot listen on port "
              + port
              + " ("
              + e.getMessage()
              + "). Choose another port, or 0 for any that is free.",
          e);
    }
    Listener listener = new Listener(server, factory);
    listener.acceptor.start();
    return listener;
  }

  int port() {
    return server.socket().getLocalPort();
  }

  void dropConnections() {
    connections.keySet().forEach(AmqpConnection::abort);
  }

  private void accept() {
    try {
      while (true) {
        serve(server.accept());
      }
    } catch (ClosedChannelException e) {
      LOG.debug("No longer listening");
    } catch (IOException e) {
      LOG.error("The local event hubs can accept no more connections", e);
    }
  }

  private void serve(SocketChannel socket) throws IOException {
    AmqpConnection connection;
    try {
      connection = factory.serve(socket);
    } catch (IOException e) {
      LOG.debug("A client was gone before it was served", e);
      socket.close();
      return;
    }
    Thread thread =
        daemon(
            "event-hubs-" + socket.socket().getPort(),
            () -> {
              try {
                connection.run();
              } finally {
                connections.remove(connection);
              }
            });
    connections.put(connection, thread);
    thread.start();
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Stops listening and drops all connections; returns once none of them can append any more. */
  @Override
  public void close() throws IOException {
    server.close();
    try {
      acceptor.join(CLOSE_MILLIS);
      for (Map.Entry<AmqpConnection, Thread> open : connections.entrySet()) {
        open.getKey().abort();
        open.getValue().join(CLOSE_MILLIS);
      }
    } catch (InterruptedException e) {
      dropConnections();
      Thread.currentThread().interrupt();
    }
  }
}
