package io.deltamirror.core.change;

import io.deltamirror.core.schema.RowCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Collects the changes of one table and turns them into a change batch: an Avro object container,
 * zstd-compressed, with the header in its metadata. For one thread.
 */
public final class ChangeWriter {
  private static final int ZSTD_LEVEL = 1;
  private static final int BLOCK_BYTES = 1 << 20;

  private final RowCodec codec;
  private final Schema schema;
  private final Body body = new Body();
  private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(body, null);
  private int[] ends = new int[256];
  private int changes;
  private RowChange first;
  private RowChange last;

  public ChangeWriter(RowCodec codec) {
    this.codec = codec;
    this.schema = ChangeSchema.of(codec.avro());
  }

  public RowCodec codec() {
    return codec;
  }

  /** Adds a change; positions must increase. */
  public void add(RowChange change) {
    try {
      encoder.writeEnum(change.kind().avroIndex());
      encoder.writeLong(change.commitLsn());
      encoder.writeLong(change.ordinal());
      encoder.writeLong(change.xid());
      encoder.writeLong(change.commitMicros());
      writeRow(change.old());
      writeRow(change.row());
      writeUnchanged(change.unchanged());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (changes == ends.length) {
      ends = Arrays.copyOf(ends, changes * 2);
    }
    ends[changes++] = body.size();
    first = first == null ? change : first;
    last = change;
  }

  private void writeRow(Object[] row) throws IOException {
    encoder.writeIndex(row == null ? 0 : 1);
    if (row != null) {
      codec.write(row, encoder);
    }
  }

  private void writeUnchanged(int[] columns) throws IOException {
    encoder.writeArrayStart();
    if (columns.length > 0) {
      encoder.setItemCount(columns.length);
      for (int column : columns) {
        encoder.startItem();
        encoder.writeInt(column);
      }
    }
    encoder.writeArrayEnd();
  }

  public int changes() {
    return changes;
  }

  public boolean isEmpty() {
    return changes == 0;
  }

  /** Bytes collected, before compression. */
  public int bytes() {
    return body.size();
  }

  /** The last change added. */
  public RowChange last() {
    return last;
  }

  /**
   * Ends the batch; the writer is empty afterwards and may be used again.
   *
   * @param mirror its mirror
   * @param fence of the worker
   * @param previous position of the table's change sent before
   * @throws IllegalStateException when nothing was added
   */
  public HubEvent.ChangeBatch finish(String mirror, long fence, Position previous) {
    if (isEmpty()) {
      throw new IllegalStateException("an empty batch");
    }
    long generation = previous.generation();
    BatchHeader header =
        new BatchHeader(
            mirror,
            fence,
            codec.table(),
            previous,
            first.position(generation),
            last.position(generation),
            changes,
            first.commitMicros(),
            last.commitMicros(),
            java.util.Optional.empty());
    byte[] container = container(header);
    body.reset();
    changes = 0;
    first = null;
    last = null;
    return new HubEvent.ChangeBatch(header, container);
  }

  private byte[] container(BatchHeader header) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.size() / 4 + 4096);
    try (DataFileWriter<Object> file = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
      file.setCodec(CodecFactory.zstandardCodec(ZSTD_LEVEL));
      file.setSyncInterval(BLOCK_BYTES);
      EventMetadata.write(header, file::setMeta);
      file.create(schema, out);
      int start = 0;
      for (int i = 0; i < changes; i++) {
        file.appendEncoded(ByteBuffer.wrap(body.array(), start, ends[i] - start));
        start = ends[i];
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A byte array that can be looked into. */
  private static final class Body extends ByteArrayOutputStream {
    Body() {
      super(64 * 1024);
    }

    byte[] array() {
      return buf;
    }
  }
}
