package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sender;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of a link that a client attaches. One for each connection, used by its
 * thread.
 */
final class LinkAttacher {
  private static final Logger LOG = LoggerFactory.getLogger(LinkAttacher.class);

  private final Namespace namespace;
  private final Map<String, RequestNode> nodes;
  private final int maxMessageBytes;
  private final InjectedFaults faults;
  private final Mailbox mailbox;
  private final Runnable abort;
  private final Map<String, ReplyEndpoint> replies = new HashMap<>();

  LinkAttacher(
      Namespace namespace,
      int maxMessageBytes,
      InjectedFaults faults,
      Mailbox mailbox,
      Runnable abort) {
    this.namespace = namespace;
    this.nodes = Map.of("$cbs", new TokenNode(), "$management", new ManagementNode(namespace));
    this.maxMessageBytes = maxMessageBytes;
    this.faults = faults;
    this.mailbox = mailbox;
    this.abort = abort;
  }

  /** Opens our end of a link and gives what serves it, or tells the client why not. */
  Optional<LinkEndpoint> attach(Link link) throws IOException {
    link.setSource(link.getRemoteSource());
    link.setTarget(link.getRemoteTarget());
    link.setSenderSettleMode(link.getRemoteSenderSettleMode());
    link.setReceiverSettleMode(link.getRemoteReceiverSettleMode());
    // The SDK takes the size of its batches from here; without it, it does not send at all.
    link.setMaxMessageSize(UnsignedLong.valueOf(maxMessageBytes));
    try {
      return Optional.of(
          link instanceof Receiver incoming
              ? attachIncoming(incoming)
              : attachOutgoing((Sender) link));
    } catch (AmqpFaultException e) {
      refuse(link, e.fault());
      return Optional.empty();
    }
  }

  private LinkEndpoint attachIncoming(Receiver link) throws AmqpFaultException {
    String address = link.getRemoteTarget() instanceof Target t ? t.getAddress() : null;
    RequestNode node = address == null ? null : nodes.get(address);
    InboundEndpoint endpoint =
        node == null
            ? publishEndpoint(link, address)
            : new RequestEndpoint(link, maxMessageBytes, node, replies);
    link.open();
    endpoint.grantCredit();
    return endpoint;
  }

  private PublishEndpoint publishEndpoint(Receiver link, String target) throws AmqpFaultException {
    EntityAddress address = parse(target);
    if (!address.isForProducers()) {
      throw new AmqpFaultException(AmqpFault.notFound(target));
    }
    Hub hub = namespace.hub(address.hub());
    Partition fixed = address.partition() == null ? null : hub.partition(address.partition());
    return new PublishEndpoint(link, maxMessageBytes, hub, fixed, faults, abort);
  }

  private LinkEndpoint attachOutgoing(Sender link) throws AmqpFaultException, IOException {
    Source source = link.getRemoteSource() instanceof Source s ? s : new Source();
    LinkEndpoint endpoint;
    if (source.getAddress() != null && nodes.containsKey(source.getAddress())) {
      String replyTo = link.getRemoteTarget() instanceof Target t ? t.getAddress() : "";
      endpoint = new ReplyEndpoint(link, replyTo, replies);
    } else {
      endpoint = receiveEndpoint(link, source);
      link.setOfferedCapabilities(link.getRemoteDesiredCapabilities());
    }
    link.open();
    return endpoint;
  }

  private ReceiveEndpoint receiveEndpoint(Sender link, Source source)
      throws AmqpFaultException, IOException {
    EntityAddress address = parse(source.getAddress());
    if (!address.isForConsumers()) {
      throw new AmqpFaultException(AmqpFault.notFound(source.getAddress()));
    }
    Partition partition = namespace.hub(address.hub()).partition(address.partition());
    ReceiverRequest request = ReceiverRequest.of(link, partition, address.consumerGroup());
    LogReader reader = new StartPosition(partition.log()).open(source);
    ReceiveEndpoint endpoint = new ReceiveEndpoint(link, request, reader, faults, mailbox);
    try {
      partition.receivers().admit(endpoint);
    } catch (AmqpFaultException e) {
      endpoint.closed();
      throw e;
    }
    return endpoint;
  }

  private static EntityAddress parse(String address) throws AmqpFaultException {
    return EntityAddress.parse(String.valueOf(address))
        .orElseThrow(() -> new AmqpFaultException(AmqpFault.notFound(address)));
  }

  /**
   * An attach without source and target followed by a detach: how AMQP 1.0 (part 2, 2.6.3) refuses
   * a link.
   */
  private static void refuse(Link link, AmqpFault fault) {
    LOG.debug("Refused link {}: {}", link.getName(), fault);
    link.setSource(null);
    link.setTarget(null);
    link.open();
    link.setCondition(fault.toErrorCondition());
    link.close();
  }
}
