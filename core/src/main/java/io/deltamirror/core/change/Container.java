package io.deltamirror.core.change;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads an Avro object container that lies in memory (Avro 1.12 specification, "Object Container
 * Files"). Whoever can write to the hub can write anything: so every length is held against what is
 * really there before memory is taken for it, and a block may not unfold without end. For one
 * thread.
 */
final class Container {
  /**
   * The largest block, decompressed, in bytes. A block of ours is about 1 MiB, or the one change
   * that is larger.
   */
  static final int MAX_BLOCK_BYTES = 256 << 20;

  private static final byte[] MAGIC = {'O', 'b', 'j', 1};
  private static final int SYNC_BYTES = 16;
  private static final int MAX_ENTRIES = 64;
  private static final int MAX_VARINT_SHIFT = 63;
  private static final String CODEC = "avro.codec";

  /** Memory that a compressed block may ask of the decompressor: 8 MiB. */
  private static final int MAX_WINDOW_LOG = 23;

  private final byte[] body;
  private final Map<String, String> entries = new LinkedHashMap<>();
  private int at;
  private int sync;
  private long count;
  private byte[] block = {};

  private Container(byte[] body) {
    this.body = body;
  }

  /** Opens a container; its blocks are not looked at yet. */
  static Container open(byte[] body) throws IOException {
    Container container = new Container(body);
    container.readHeader();
    return container;
  }

  /** The entries of the header, as many as can be read; never fails. */
  static Map<String, String> entriesOf(byte[] body) {
    Container container = new Container(body);
    try {
      container.readHeader();
    } catch (IOException e) {
      // What was read until there is all there is.
    }
    return container.entries;
  }

  private void readHeader() throws IOException {
    if (body.length < MAGIC.length || !Arrays.equals(MAGIC, Arrays.copyOf(body, MAGIC.length))) {
      throw new IOException("no Avro object container");
    }
    at = MAGIC.length;
    for (long n = readLong(); n != 0; n = readLong()) {
      if (n < 0) {
        readLong(); // the size of the block of entries, which nobody needs
        n = -n;
      }
      if (n < 0 || n > MAX_ENTRIES - entries.size()) {
        throw new IOException("too many entries");
      }
      for (; n > 0; n--) {
        String name = readText();
        entries.put(name, readText());
      }
    }
    sync = at;
    skip(SYNC_BYTES);
  }

  /** An entry's text, or null. */
  String entry(String name) {
    return entries.get(name);
  }

  boolean hasNextBlock() {
    return at < body.length;
  }

  /**
   * The next block, decompressed; good until the one after is asked for. {@link #count} says how
   * many records are in it.
   */
  ByteBuffer nextBlock() throws IOException {
    count = readLong();
    int size = readLength();
    int from = at;
    skip(size);
    if (count < 0 || remaining() < SYNC_BYTES || !isSync()) {
      throw new IOException("a block does not end where it should");
    }
    skip(SYNC_BYTES);
    return switch (entries.getOrDefault(CODEC, "null")) {
      case "null" -> ByteBuffer.wrap(body, from, size);
      case "zstandard" -> decompress(from, size);
      default -> throw new IOException("an unknown compression");
    };
  }

  long count() {
    return count;
  }

  private boolean isSync() {
    return Arrays.equals(body, at, at + SYNC_BYTES, body, sync, sync + SYNC_BYTES);
  }

  private ByteBuffer decompress(int from, int size) throws IOException {
    int length = 0;
    try (ZstdInputStreamNoFinalizer in =
        new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(body, from, size))) {
      in.setLongMax(MAX_WINDOW_LOG);
      while (true) {
        if (length == block.length) {
          block = Arrays.copyOf(block, larger(length, size));
        }
        int n = in.read(block, length, block.length - length);
        if (n < 0) {
          return ByteBuffer.wrap(block, 0, length);
        }
        length += n;
      }
    }
  }

  private static int larger(int length, int compressed) throws IOException {
    if (length >= MAX_BLOCK_BYTES) {
      throw new IOException("a block of more than " + MAX_BLOCK_BYTES + " bytes");
    }
    long wanted = Math.max(64L << 10, Math.max(2L * length, Math.min(4L * compressed, 1 << 20)));
    return (int) Math.min(wanted, MAX_BLOCK_BYTES);
  }

  private int remaining() {
    return body.length - at;
  }

  private void skip(int bytes) throws IOException {
    if (bytes > remaining()) {
      throw new EOFException("it ends early");
    }
    at += bytes;
  }

  /** A length, of something that is all there. */
  private int readLength() throws IOException {
    long length = readLong();
    if (length < 0 || length > remaining()) {
      throw new EOFException("a length of " + length + " where " + remaining() + " bytes are left");
    }
    return (int) length;
  }

  private String readText() throws IOException {
    int length = readLength();
    ByteBuffer bytes = ByteBuffer.wrap(body, at, length);
    at += length;
    return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
  }

  /** Avro's variable-length zigzag. */
  private long readLong() throws IOException {
    long value = 0;
    for (int shift = 0; shift <= MAX_VARINT_SHIFT; shift += 7) {
      if (remaining() == 0) {
        throw new EOFException("it ends early");
      }
      int b = body[at++];
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value >>> 1 ^ -(value & 1);
      }
    }
    throw new IOException("a number without end");
  }
}
