package io.deltamirror.local.eventhubs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An event as a producer sent it, taken apart where the hub adds its own: message annotations.
 *
 * <p>A receiver needs all three {@code x-opt-} annotations that are written here; the SDK refuses
 * an event without them.
 */
final class PublishedEvent implements LogEntry {
  static final String SEQUENCE_NUMBER = "x-opt-sequence-number";
  static final String OFFSET = "x-opt-offset";
  static final String ENQUEUED_TIME = "x-opt-enqueued-time";

  private static final byte[] MESSAGE_ANNOTATIONS = {0x00, 0x53, 0x72};
  private static final byte MAP32 = (byte) 0xd1;
  private static final byte SYM8 = (byte) 0xa3;
  private static final byte STR8 = (byte) 0xa1;
  private static final byte LONG = (byte) 0x81;
  private static final byte TIMESTAMP = (byte) 0x83;
  private static final int OWN_ELEMENTS = 6;
  private static final int OWN_BYTES = 128;

  private final ByteBuffer annotations;
  private final int elements;
  private final ByteBuffer rest;

  /**
   * @param annotations the producer's own, encoded: keys and values one behind the other
   * @param elements how many keys and values
   * @param rest the sections that follow, encoded; kept as they are
   */
  PublishedEvent(ByteBuffer annotations, int elements, ByteBuffer rest) {
    this.annotations = annotations;
    this.elements = elements;
    this.rest = rest;
  }

  @Override
  public int maxLength() {
    return OWN_BYTES + annotations.remaining() + rest.remaining();
  }

  @Override
  public void encode(LogPosition position, ByteBuffer out) {
    out.put(MESSAGE_ANNOTATIONS).put(MAP32);
    int size = out.position();
    out.putInt(0).putInt(elements + OWN_ELEMENTS).put(annotations.duplicate());
    text(out, SYM8, SEQUENCE_NUMBER).put(LONG).putLong(position.sequence());
    text(text(out, SYM8, OFFSET), STR8, Long.toString(position.offset()));
    text(out, SYM8, ENQUEUED_TIME).put(TIMESTAMP).putLong(position.enqueuedMillis());
    out.putInt(size, out.position() - size - Integer.BYTES);
    out.put(rest.duplicate());
  }

  private static ByteBuffer text(ByteBuffer out, byte constructor, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return out.put(constructor).put((byte) bytes.length).put(bytes);
  }
}
