package io.deltamirror.local.eventhubs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What one delivery of a producer carries: one event, or a batch of them that belongs into one
 * partition.
 *
 * @param partitionKey null when the producer gave none
 */
record Publication(String partitionKey, List<PublishedEvent> events) {
  /**
   * The message format of a batch: every data section of the envelope is an encoded message of its
   * own.
   */
  static final int BATCH_FORMAT = 0x80013700;

  private static final String PARTITION_KEY = "x-opt-partition-key";

  /** Replaced by the hub's own, also when an event is passed on as it was received. */
  private static final Set<String> OWN_ANNOTATIONS =
      Set.of(PublishedEvent.SEQUENCE_NUMBER, PublishedEvent.OFFSET, PublishedEvent.ENQUEUED_TIME);

  private static final int MESSAGE_ANNOTATIONS = 0x72;
  private static final int APPLICATION_PROPERTIES = 0x74;
  private static final int DATA = 0x75;
  private static final int FOOTER = 0x78;

  /**
   * Takes a message apart. The events share its bytes.
   *
   * @param format the message format of the delivery
   */
  static Publication parse(ByteBuffer message, int format) throws MalformedMessageException {
    return format == BATCH_FORMAT ? batch(new AmqpInput(message)) : single(message);
  }

  private static Publication single(ByteBuffer message) throws MalformedMessageException {
    Annotated parsed = annotated(message);
    return new Publication(parsed.partitionKey, List.of(parsed.event));
  }

  /**
   * The envelope repeats the first event's properties, so only its annotations and data sections
   * mean anything.
   */
  private static Publication batch(AmqpInput envelope) throws MalformedMessageException {
    Annotations annotations = new Annotations();
    while (envelope.hasRemaining() && envelope.peekSection() <= APPLICATION_PROPERTIES) {
      if (envelope.section() == MESSAGE_ANNOTATIONS) {
        annotations.read(envelope);
      } else {
        envelope.value();
      }
    }
    List<PublishedEvent> events = new ArrayList<>();
    while (envelope.hasRemaining() && envelope.peekSection() != FOOTER) {
      if (envelope.section() != DATA) {
        throw new MalformedMessageException("a batch holds something other than data sections");
      }
      events.add(annotated(envelope.binary()).event);
    }
    if (events.isEmpty()) {
      throw new MalformedMessageException("a batch without events");
    }
    return new Publication(annotations.partitionKey, events);
  }

  private record Annotated(String partitionKey, PublishedEvent event) {}

  private static Annotated annotated(ByteBuffer message) throws MalformedMessageException {
    AmqpInput in = new AmqpInput(message);
    Annotations annotations = new Annotations();
    while (in.hasRemaining() && in.peekSection() <= MESSAGE_ANNOTATIONS) {
      if (in.section() == MESSAGE_ANNOTATIONS) {
        annotations.read(in);
      } else {
        in.value(); // header and delivery annotations end at the hub
      }
    }
    ByteBuffer rest = in.rest();
    int sections = 0;
    for (; in.hasRemaining(); sections++) {
      in.section();
      in.value();
    }
    if (sections == 0) {
      throw new MalformedMessageException("an event without a body");
    }
    return new Annotated(annotations.partitionKey, annotations.event(rest));
  }

  /** The message annotations that are a producer's to set. */
  private static final class Annotations {
    private String partitionKey;
    private ByteBuffer kept = ByteBuffer.allocate(0);
    private int elements;

    void read(AmqpInput in) throws MalformedMessageException {
      ByteBuffer map = in.value();
      AmqpInput pairs = new AmqpInput(map);
      kept = ByteBuffer.allocate(map.remaining());
      for (int left = pairs.elements(); left > 0; left -= 2) {
        ByteBuffer key = pairs.value();
        ByteBuffer value = pairs.value();
        String name = AmqpInput.text(key);
        if (PARTITION_KEY.equals(name)) {
          partitionKey = AmqpInput.text(value);
        }
        if (name != null && !OWN_ANNOTATIONS.contains(name)) {
          kept.put(key).put(value);
          elements += 2;
        }
      }
      kept.flip();
    }

    PublishedEvent event(ByteBuffer rest) {
      return new PublishedEvent(kept, elements, rest);
    }
  }
}
