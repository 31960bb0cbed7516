package io.deltamirror.local.eventhubs;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Walks over encoded AMQP 1.0 values without decoding them, so that a publication is taken apart at
 * the cost of its annotations and not of its content.
 *
 * <p>Every constructor's upper four bits say how long its value is (AMQP 1.0, part 1, 1.2).
 * Whatever else the bytes are, each method either moves forward within them or throws {@link
 * MalformedMessageException}. Not thread-safe.
 */
final class AmqpInput {
  private static final int DESCRIBED = 0x00;
  private static final int ULONG_SMALL = 0x53;
  private static final int ULONG = 0x80;
  private static final int MAX_DEPTH = 16;

  private final ByteBuffer in;

  /** Reads the bytes from here on; the buffer itself stays as it is. */
  AmqpInput(ByteBuffer bytes) {
    this.in = bytes.slice();
  }

  boolean hasRemaining() {
    return in.hasRemaining();
  }

  ByteBuffer rest() {
    return in.slice();
  }

  /** The descriptor code of the section that begins here, without moving on. */
  int peekSection() throws MalformedMessageException {
    int start = in.position();
    int code = section();
    in.position(start);
    return code;
  }

  /** Moves into a section, onto its value. */
  int section() throws MalformedMessageException {
    try {
      if (in.get() != DESCRIBED) {
        throw new MalformedMessageException("a section does not begin with a descriptor");
      }
      int constructor = in.get() & 0xff;
      return switch (constructor) {
        case ULONG_SMALL -> in.get() & 0xff;
        case ULONG -> Math.toIntExact(in.getLong());
        default ->
            throw new MalformedMessageException(
                "a section's descriptor is not a number but 0x" + Integer.toHexString(constructor));
      };
    } catch (BufferUnderflowException | ArithmeticException e) {
      throw new MalformedMessageException("a section's descriptor is broken", e);
    }
  }

  /** Moves past a value and gives its encoding, constructor included. */
  ByteBuffer value() throws MalformedMessageException {
    int start = in.position();
    try {
      skipValue(0);
    } catch (BufferUnderflowException e) {
      throw new MalformedMessageException("a value is cut off", e);
    }
    return in.slice(start, in.position() - start);
  }

  /** Moves past a binary value and gives its content. */
  ByteBuffer binary() throws MalformedMessageException {
    ByteBuffer value = value();
    return switch (value.get() & 0xff) {
      case 0xa0 -> value.position(2).slice();
      case 0xb0 -> value.position(5).slice();
      default -> throw new MalformedMessageException("a data section does not hold binary");
    };
  }

  /**
   * Moves into a map or list of a message's section, onto its first element, and gives their
   * number.
   */
  int elements() throws MalformedMessageException {
    try {
      int constructor = in.get() & 0xff;
      return switch (constructor) {
        case 0xc1 -> in.position(in.position() + 1).get() & 0xff;
        case 0xd1 -> in.position(in.position() + 4).getInt();
        default ->
            throw new MalformedMessageException(
                "annotations are not a map but 0x" + Integer.toHexString(constructor));
      };
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new MalformedMessageException("annotations are cut off", e);
    }
  }

  /** The text of an encoded string or symbol; null for any other value. */
  static String text(ByteBuffer value) {
    ByteBuffer bytes = value.duplicate();
    return switch (bytes.get() & 0xff) {
      case 0xa1, 0xa3 -> StandardCharsets.UTF_8.decode(bytes.position(2)).toString();
      case 0xb1, 0xb3 -> StandardCharsets.UTF_8.decode(bytes.position(5)).toString();
      default -> null;
    };
  }

  private void skipValue(int depth) throws MalformedMessageException {
    if (depth > MAX_DEPTH) {
      throw new MalformedMessageException("descriptors are nested too deeply");
    }
    int constructor = in.get() & 0xff;
    if (constructor == DESCRIBED) {
      skipValue(depth + 1);
      skipValue(depth + 1);
      return;
    }
    int length =
        switch (constructor >>> 4) {
          case 0x4 -> 0;
          case 0x5 -> 1;
          case 0x6 -> 2;
          case 0x7 -> 4;
          case 0x8 -> 8;
          case 0x9 -> 16;
          case 0xa, 0xc, 0xe -> in.get() & 0xff;
          case 0xb, 0xd, 0xf -> in.getInt();
          default ->
              throw new MalformedMessageException(
                  "0x" + Integer.toHexString(constructor) + " begins no value");
        };
    if (length < 0 || length > in.remaining()) {
      throw new MalformedMessageException("a value is longer than its message");
    }
    in.position(in.position() + length);
  }
}
