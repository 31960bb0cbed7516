package io.deltamirror.worker.pgoutput;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.worker.pgoutput.Relation.RelationColumn;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads messages of the output plugin {@code pgoutput}, protocol version 1 (PostgreSQL's manual,
 * "Logical Replication Message Formats"). A function over bytes: it knows no tables and no types.
 * For one thread.
 *
 * <p>Allocates nothing per change. Whatever the bytes are, a message is either read to its last
 * byte or refused.
 */
public final class PgOutputDecoder {
  /** 2000-01-01, where PostgreSQL's clock starts, in microseconds since 1970. */
  private static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;

  private static final long UNSIGNED_INT = 0xFFFF_FFFFL;
  private static final int OID_BYTES = 4;

  /** Flags, a name's end, type and modifier. */
  private static final int LEAST_COLUMN_BYTES = 10;

  private final Tuple old = new Tuple();
  private final Tuple row = new Tuple();

  /**
   * Reads one message; the listener hears it before this returns. Origin and Type messages are read
   * and passed over.
   *
   * @param message backed by an array, from its position to its limit
   * @throws MirrorException {@code MALFORMED_EVENT}; the listener has heard nothing then
   */
  public void decode(ByteBuffer message, PgOutputListener listener) {
    byte kind = 0;
    try {
      kind = message.get();
      switch (kind) {
        case 'B' -> begin(message, listener);
        case 'C' -> commit(message, listener);
        case 'I' -> insert(message, listener);
        case 'U' -> update(message, listener);
        case 'D' -> delete(message, listener);
        case 'R' -> relation(message, listener);
        case 'T' -> truncate(message, listener);
        case 'M' -> logicalMessage(message, listener);
        case 'O' -> origin(message);
        case 'Y' -> type(message);
        default -> throw malformed(kind, "no such kind of message", null);
      }
    } catch (BufferUnderflowException e) {
      throw malformed(kind, "it ends early", e);
    }
  }

  private static void begin(ByteBuffer in, PgOutputListener listener) {
    long commitLsn = in.getLong();
    long commitMicros = micros(in);
    long xid = in.getInt() & UNSIGNED_INT;
    end(in, 'B');
    listener.begin(commitLsn, commitMicros, xid);
  }

  private static void commit(ByteBuffer in, PgOutputListener listener) {
    in.get(); // flags, unused
    long commitLsn = in.getLong();
    long endLsn = in.getLong();
    long commitMicros = micros(in);
    end(in, 'C');
    listener.commit(commitLsn, endLsn, commitMicros);
  }

  private void insert(ByteBuffer in, PgOutputListener listener) {
    long relation = oid(in);
    if (in.get() != 'N') {
      throw malformed('I', "it has no new row", null);
    }
    tuple(in, row, 'N', 'I');
    end(in, 'I');
    listener.insert(relation, row);
  }

  private void update(ByteBuffer in, PgOutputListener listener) {
    long relation = oid(in);
    byte part = in.get();
    boolean hasOld = part == 'K' || part == 'O';
    if (hasOld) {
      tuple(in, old, part, 'U');
      part = in.get();
    }
    if (part != 'N') {
      throw malformed('U', "it has no new row", null);
    }
    tuple(in, row, part, 'U');
    end(in, 'U');
    listener.update(relation, hasOld ? old : null, row);
  }

  private void delete(ByteBuffer in, PgOutputListener listener) {
    long relation = oid(in);
    byte part = in.get();
    if (part != 'K' && part != 'O') {
      throw malformed('D', "it has no old row", null);
    }
    tuple(in, old, part, 'D');
    end(in, 'D');
    listener.delete(relation, old);
  }

  private static void relation(ByteBuffer in, PgOutputListener listener) {
    long oid = oid(in);
    String namespace = text(in, 'R');
    String name = text(in, 'R');
    ReplicaIdentity identity = identity(in.get());
    int count = in.getShort() & 0xFFFF;
    checkCount('R', count, LEAST_COLUMN_BYTES, in);
    List<RelationColumn> columns = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean key = (in.get() & 1) != 0;
      columns.add(new RelationColumn(key, text(in, 'R'), in.getInt(), in.getInt()));
    }
    end(in, 'R');
    listener.relation(
        new Relation(oid, namespace.isEmpty() ? "pg_catalog" : namespace, name, identity, columns));
  }

  private static ReplicaIdentity identity(byte letter) {
    try {
      return ReplicaIdentity.of((char) letter);
    } catch (IllegalArgumentException e) {
      throw malformed('R', "no such replica identity", e);
    }
  }

  private static void truncate(ByteBuffer in, PgOutputListener listener) {
    int count = in.getInt();
    in.get(); // CASCADE, RESTART IDENTITY: all tables that were emptied are listed anyway
    checkCount('T', count, OID_BYTES, in);
    long[] relations = new long[count];
    for (int i = 0; i < count; i++) {
      relations[i] = oid(in);
    }
    end(in, 'T');
    listener.truncate(relations);
  }

  private static void logicalMessage(ByteBuffer in, PgOutputListener listener) {
    boolean transactional = (in.get() & 1) != 0;
    long lsn = in.getLong();
    String prefix = text(in, 'M');
    int length = in.getInt();
    if (length != in.remaining()) {
      throw malformed('M', "its content has another length", null);
    }
    listener.message(transactional, lsn, prefix, in);
  }

  private static void origin(ByteBuffer in) {
    in.getLong();
    text(in, 'O');
    end(in, 'O');
  }

  private static void type(ByteBuffer in) {
    in.getInt();
    text(in, 'Y');
    text(in, 'Y');
    end(in, 'Y');
  }

  private static void tuple(ByteBuffer in, Tuple into, int part, char message) {
    int count = in.getShort() & 0xFFFF;
    checkCount(message, count, 1, in);
    into.reset(in.array(), count, part == 'K');
    for (int i = 0; i < count; i++) {
      byte kind = in.get();
      switch (kind) {
        case 'n' -> into.addNull();
        case 'u' -> into.addUnchanged();
        case 't' -> {
          int length = in.getInt();
          if (length < 0 || length > in.remaining()) {
            throw malformed(message, "a value longer than the message", null);
          }
          into.addText(in.arrayOffset() + in.position(), length);
          in.position(in.position() + length);
        }
        default -> throw malformed(message, "no such kind of value", null);
      }
    }
  }

  /** A count is believed only when the message is long enough for it. */
  private static void checkCount(char message, int count, int leastBytes, ByteBuffer in) {
    if (count < 0 || (long) count * leastBytes > in.remaining()) {
      throw malformed(message, "more entries than bytes", null);
    }
  }

  private static long oid(ByteBuffer in) {
    return in.getInt() & UNSIGNED_INT;
  }

  private static long micros(ByteBuffer in) {
    return in.getLong() + POSTGRES_EPOCH_MICROS;
  }

  /** UTF-8 up to a zero byte. */
  private static String text(ByteBuffer in, char message) {
    int start = in.position();
    int limit = in.limit();
    for (int at = start; at < limit; at++) {
      if (in.get(at) == 0) {
        in.position(at + 1);
        return new String(in.array(), in.arrayOffset() + start, at - start, StandardCharsets.UTF_8);
      }
    }
    throw malformed(message, "a text without an end", null);
  }

  private static void end(ByteBuffer in, char message) {
    if (in.hasRemaining()) {
      throw malformed(message, "bytes behind its end", null);
    }
  }

  private static MirrorException malformed(int message, String why, Throwable cause) {
    return new MirrorException(
        ErrorCode.MALFORMED_EVENT,
        "a replication message of kind " + (message & 0xFF) + " cannot be read: " + why,
        cause);
  }
}
