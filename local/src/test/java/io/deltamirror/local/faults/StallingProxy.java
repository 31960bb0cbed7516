package io.deltamirror.local.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network between a mirror and its source that may swallow everything: connections stay open, new
 * ones are taken, and not a byte arrives. What was swallowed is lost, so connections of before do
 * not work again afterwards. Thread-safe.
 */
final class StallingProxy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StallingProxy.class);

  private final ServerSocket server;
  private final int target;
  private final List<Pipe> pipes = new CopyOnWriteArrayList<>();
  private volatile boolean stalled;

  StallingProxy(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start("proxy", this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** From now on nothing arrives. */
  void stall() {
    stalled = true;
  }

  /** From now on new connections work. */
  void flow() {
    pipes.forEach(pipe -> pipe.dead = true);
    stalled = false;
  }

  private static final class Pipe {
    private final Socket client;
    private final Socket source;
    private volatile boolean dead;

    Pipe(Socket client, Socket source) {
      this.client = client;
      this.source = source;
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Pipe pipe = new Pipe(server.accept(), new Socket(InetAddress.getLoopbackAddress(), target));
        pipe.dead = stalled;
        pipes.add(pipe);
        start("proxy-up", () -> copy(pipe, pipe.client, pipe.source));
        start("proxy-down", () -> copy(pipe, pipe.source, pipe.client));
      } catch (IOException e) {
        LOG.debug("no connection", e);
      }
    }
  }

  private void copy(Pipe pipe, Socket from, Socket to) {
    byte[] buffer = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        pipe.dead |= stalled;
        if (!pipe.dead) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      LOG.debug("a connection ended", e);
    }
    if (!pipe.dead && !stalled) {
      close(pipe);
    }
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Pipe pipe) {
    try (pipe.client;
        pipe.source) {
      LOG.debug("closing a connection");
    } catch (IOException e) {
      LOG.debug("closing a connection", e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    pipes.forEach(StallingProxy::close);
  }
}
