package io.deltamirror.lake.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * The encoded values of a page, without header and levels (<a
 * href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">Parquet: encodings</a>).
 */
final class PageBody {
  private final int count;
  private final Encoding encoding;
  private final byte[] bytes;

  PageBody(int count, Encoding encoding, byte[] bytes) {
    this.count = count;
    this.encoding = encoding;
    this.bytes = bytes;
  }

  /** Number of values. */
  int count() {
    return count;
  }

  /** The values; those of PLAIN text keep the page's bytes instead of copying them. */
  KeyValues values(ColumnKind kind, ColumnDescriptor column) throws IOException {
    if (encoding == Encoding.PLAIN && kind == ColumnKind.LONG) {
      return plainLongs();
    }
    if (encoding == Encoding.PLAIN && (kind == ColumnKind.TEXT || kind == ColumnKind.BINARY)) {
      return plainBytes();
    }
    return anyEncoding(kind, column);
  }

  private KeyValues plainLongs() {
    long[] values = new long[count];
    littleEndian().asLongBuffer().get(values);
    return new LongValues(values);
  }

  private KeyValues plainBytes() {
    int[] starts = new int[count + 1];
    ByteBuffer buffer = littleEndian();
    int at = 0;
    for (int i = 0; i < count; i++) {
      int length = buffer.getInt(at);
      at += Integer.BYTES;
      if (length < 0 || length > bytes.length - at) {
        throw new ParquetDecodingException("Page has a value of " + length + " bytes");
      }
      starts[i] = at;
      at += length;
    }
    starts[count] = at + Integer.BYTES;
    return new BytesValues(bytes, starts, Integer.BYTES);
  }

  private KeyValues anyEncoding(ColumnKind kind, ColumnDescriptor column) throws IOException {
    ValuesReader reader = encoding.getValuesReader(column, ValuesType.VALUES);
    reader.initFromPage(count, ByteBufferInputStream.wrap(littleEndian()));
    KeyValuesBuilder values = new KeyValuesBuilder(kind, count);
    for (int i = 0; i < count; i++) {
      switch (kind) {
        case INTEGER -> values.add((long) reader.readInteger());
        case LONG -> values.add(reader.readLong());
        case BOOLEAN -> values.add(reader.readBoolean() ? 1L : 0L);
        default -> values.addPlain(reader.readBytes().toByteBuffer());
      }
    }
    return values.build();
  }

  private ByteBuffer littleEndian() {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
