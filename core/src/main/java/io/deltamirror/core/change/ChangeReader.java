package io.deltamirror.core.change;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.RowChange.Kind;
import io.deltamirror.core.schema.RowCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.NoSuchElementException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads the changes of a batch one by one; holds one decompressed block at a time. For one thread.
 *
 * <p>Every flaw of the input ends in a {@link MirrorException} with {@code MALFORMED_EVENT}.
 */
public final class ChangeReader implements AutoCloseable {
  private static final Kind[] KINDS = Kind.values();

  private final BatchHeader header;
  private final RowCodec codec;
  private final Container file;
  private BinaryDecoder in;
  private long left;
  private int read;
  private Position before;

  /**
   * Opens a batch.
   *
   * @throws MirrorException {@code MALFORMED_EVENT}, or {@code UNSUPPORTED_DATA_TYPE} when the
   *     batch has a column type that this version does not know
   */
  public ChangeReader(HubEvent.ChangeBatch batch) {
    this.header = batch.header();
    this.codec = new RowCodec(header.table());
    this.before = header.previous();
    try {
      this.file = Container.open(batch.body());
      if (!isSchema(ChangeSchema.of(codec.avro()))) {
        throw malformed("its schema is not that of its table", null);
      }
    } catch (IOException | AvroRuntimeException e) {
      throw malformed("it cannot be read", e);
    }
  }

  /** By its text, as we write it; only the schema of another version of Avro is to be parsed. */
  private boolean isSchema(Schema expected) {
    String text = file.entry("avro.schema");
    return text != null
        && (text.equals(expected.toString()) || new Schema.Parser().parse(text).equals(expected));
  }

  public BatchHeader header() {
    return header;
  }

  public RowCodec codec() {
    return codec;
  }

  public boolean hasNext() {
    return read < header.changes();
  }

  /**
   * The next change.
   *
   * @throws NoSuchElementException behind the last
   */
  public RowChange next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      while (left == 0) {
        ByteBuffer block = file.nextBlock();
        left = file.count();
        in =
            DecoderFactory.get()
                .binaryDecoder(
                    block.array(), block.arrayOffset() + block.position(), block.remaining(), in);
      }
      RowChange change = readChange();
      left--;
      read++;
      check(change);
      if (!hasNext() && (left > 0 || !in.isEnd() || file.hasNextBlock())) {
        throw malformed("it has more than its header says", null);
      }
      return change;
    } catch (IOException | RuntimeException e) {
      throw e instanceof MirrorException known ? known : malformed("it ends early or is bent", e);
    }
  }

  private RowChange readChange() throws IOException {
    Kind kind = KINDS[in.readEnum()];
    long commitLsn = in.readLong();
    long ordinal = in.readLong();
    long xid = in.readLong();
    long commitMicros = in.readLong();
    Object[] old = readRow();
    Object[] row = readRow();
    return new RowChange(kind, commitLsn, ordinal, xid, commitMicros, old, row, readUnchanged());
  }

  private Object[] readRow() throws IOException {
    int branch = in.readIndex();
    if (branch < 0 || branch > 1) {
      throw new IOException("a union of two with branch " + branch);
    }
    return branch == 0 ? null : codec.read(in);
  }

  private int[] readUnchanged() throws IOException {
    long count = in.readArrayStart();
    if (count == 0) {
      return RowChange.NONE;
    }
    if (count > codec.types().size()) {
      throw new IOException("more unchanged columns than columns");
    }
    int[] columns = new int[(int) count];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = in.readInt();
      if (columns[i] < 0 || columns[i] >= codec.types().size()) {
        throw new IOException("no such column: " + columns[i]);
      }
    }
    if (in.arrayNext() != 0) {
      throw new IOException("an array in several blocks");
    }
    return columns;
  }

  /** Shape and order, so that nobody behind this has to doubt them. */
  private void check(RowChange change) {
    boolean hasOld = change.old() != null;
    boolean hasRow = change.row() != null;
    boolean shaped =
        switch (change.kind()) {
          case INSERT -> hasRow && !hasOld && change.unchanged().length == 0;
          case UPDATE -> hasRow;
          case DELETE -> hasOld && !hasRow;
          case TRUNCATE, RESHAPE -> !hasOld && !hasRow;
        };
    boolean ordered = change.ordinal() > 0 && change.isAfter(header.generation(), before);
    boolean framed =
        (read > 1 || isAt(change, header.first()))
            && (hasNext() || isAt(change, header.last()))
            && !change.isAfter(header.generation(), header.last());
    if (!shaped || !ordered || !framed) {
      throw malformed("change " + read + " is out of shape or order", null);
    }
    before = change.position(header.generation());
  }

  private static boolean isAt(RowChange change, Position position) {
    return change.commitLsn() == position.commitLsn() && change.ordinal() == position.ordinal();
  }

  private MirrorException malformed(String why, Throwable cause) {
    return new MirrorException(
        ErrorCode.MALFORMED_EVENT,
        "batch of table " + header.table().name() + " at " + header.first() + ": " + why,
        cause);
  }

  /** Nothing is open that the garbage collector would not find. */
  @Override
  public void close() {
    left = 0;
  }
}
