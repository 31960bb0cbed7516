package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.engine.Collector;
import org.apache.qpid.proton.engine.Connection;
import org.apache.qpid.proton.engine.Event;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Sasl;
import org.apache.qpid.proton.engine.Session;
import org.apache.qpid.proton.engine.Transport;

/**
 * The protocol side of a connection: proton-j turns bytes into events here, and what the links'
 * endpoints do into bytes. Knows no socket and no thread; used by its connection's.
 */
final class AmqpEngine {
  private static final String CONTAINER = "local-event-hubs";
  private static final int MAX_FRAME_BYTES = 64 * 1024;
  private static final int IDLE_TIMEOUT_MILLIS = 120_000;
  private static final int SESSION_MESSAGES = 16;

  private final Transport transport = Proton.transport();
  private final Connection connection = Proton.connection();
  private final Collector collector = Proton.collector();
  private final Map<Link, LinkEndpoint> endpoints = new LinkedHashMap<>();
  private final LinkAttacher attacher;
  private final int sessionBytes;

  AmqpEngine(LinkAttacher attacher, int maxMessageBytes) {
    this.attacher = attacher;
    this.sessionBytes =
        (int) Math.min(Integer.MAX_VALUE, (long) SESSION_MESSAGES * maxMessageBytes);
    transport.setMaxFrameSize(MAX_FRAME_BYTES);
    transport.setIdleTimeout(IDLE_TIMEOUT_MILLIS);
    Sasl sasl = transport.sasl();
    sasl.server();
    sasl.setMechanisms("MSSBCBS", "PLAIN", "ANONYMOUS", "EXTERNAL");
    connection.collect(collector);
    transport.bind(connection);
  }

  Transport transport() {
    return transport;
  }

  boolean isClosed() {
    return transport.isClosed() || (transport.pending() < 0 && transport.capacity() < 0);
  }

  /** Acts on what has come in. */
  void handleEvents() throws IOException {
    completeSasl();
    for (Event event; (event = collector.peek()) != null; collector.pop()) {
      handle(event);
    }
  }

  /** Has every link hand on what it can. */
  void pump() throws IOException {
    for (LinkEndpoint endpoint : endpoints.values()) {
      endpoint.pump();
    }
  }

  /** Whether {@link #pump} would do something. */
  boolean isReady() {
    return endpoints.values().stream().anyMatch(LinkEndpoint::isReady);
  }

  /**
   * Completes the handshake as soon as the client has chosen a mechanism: ANONYMOUS comes without
   * an initial response, so waiting for one costs the client its five-second timeout. Nobody is
   * asked for a password on loopback.
   */
  private void completeSasl() {
    Sasl sasl = transport.sasl();
    if (sasl.getOutcome() == Sasl.SaslOutcome.PN_SASL_NONE
        && sasl.getRemoteMechanisms().length > 0) {
      sasl.done(Sasl.SaslOutcome.PN_SASL_OK);
    }
  }

  private void handle(Event event) throws IOException {
    switch (event.getType()) {
      case CONNECTION_REMOTE_OPEN -> {
        connection.setContainer(CONTAINER);
        connection.open();
      }
      case CONNECTION_REMOTE_CLOSE -> connection.close();
      case SESSION_REMOTE_OPEN -> {
        Session session = event.getSession();
        session.setIncomingCapacity(sessionBytes);
        session.open();
      }
      case SESSION_REMOTE_CLOSE -> end(event.getSession());
      case LINK_REMOTE_OPEN -> {
        Link link = event.getLink();
        attacher.attach(link).ifPresent(endpoint -> endpoints.put(link, endpoint));
      }
      case LINK_REMOTE_CLOSE, LINK_REMOTE_DETACH -> detach(event.getLink());
      case DELIVERY -> {
        LinkEndpoint endpoint = endpoints.get(event.getLink());
        if (endpoint != null) {
          endpoint.onDelivery(event.getDelivery());
        }
      }
      default -> {} // what we did ourselves, and what the engine has already acted on
    }
  }

  /** Ends a session, and with it the links that its client has not detached. */
  private void end(Session session) {
    List<Link> links = new ArrayList<>(endpoints.keySet());
    links.stream().filter(link -> link.getSession() == session).forEach(this::detach);
    session.close();
    session.free();
  }

  private void detach(Link link) {
    LinkEndpoint endpoint = endpoints.remove(link);
    if (endpoint != null) {
      endpoint.closed();
    }
    link.close();
    link.free();
  }

  /** The connection is gone, and all its links with it. */
  void abandon() {
    endpoints.values().forEach(LinkEndpoint::closed);
    endpoints.clear();
  }
}
