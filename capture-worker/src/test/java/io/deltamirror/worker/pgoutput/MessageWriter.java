package io.deltamirror.worker.pgoutput;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes pgoutput messages as PostgreSQL's manual describes them, for tests. */
public final class MessageWriter {
  private static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;

  /** In a row: a TOASTed value that did not change. */
  public static final Object UNCHANGED = new Object();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  private interface Body {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] message(char kind, Body body) {
    MessageWriter writer = new MessageWriter();
    try {
      writer.out.writeByte(kind);
      body.write(writer.out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.bytes.toByteArray();
  }

  public static byte[] begin(long commitLsn, long commitMicros, long xid) {
    return message(
        'B',
        out -> {
          out.writeLong(commitLsn);
          out.writeLong(commitMicros - POSTGRES_EPOCH_MICROS);
          out.writeInt((int) xid);
        });
  }

  public static byte[] commit(long commitLsn, long endLsn, long commitMicros) {
    return message(
        'C',
        out -> {
          out.writeByte(0);
          out.writeLong(commitLsn);
          out.writeLong(endLsn);
          out.writeLong(commitMicros - POSTGRES_EPOCH_MICROS);
        });
  }

  public static byte[] relation(Relation relation) {
    return message(
        'R',
        out -> {
          out.writeInt((int) relation.oid());
          text(out, relation.namespace());
          text(out, relation.name());
          out.writeByte(letter(relation));
          out.writeShort(relation.columns().size());
          for (Relation.RelationColumn column : relation.columns()) {
            out.writeByte(column.identity() ? 1 : 0);
            text(out, column.name());
            out.writeInt(column.typeOid());
            out.writeInt(column.typmod());
          }
        });
  }

  private static char letter(Relation relation) {
    return switch (relation.identity()) {
      case DEFAULT -> 'd';
      case NOTHING -> 'n';
      case FULL -> 'f';
      case INDEX -> 'i';
    };
  }

  public static byte[] insert(long oid, List<Object> row) {
    return message(
        'I',
        out -> {
          out.writeInt((int) oid);
          tuple(out, 'N', row);
        });
  }

  /**
   * An UPDATE.
   *
   * @param old null for none
   * @param oldKind K for the identity's columns, O for the whole row
   */
  public static byte[] update(long oid, char oldKind, List<Object> old, List<Object> row) {
    return message(
        'U',
        out -> {
          out.writeInt((int) oid);
          if (old != null) {
            tuple(out, oldKind, old);
          }
          tuple(out, 'N', row);
        });
  }

  public static byte[] delete(long oid, char oldKind, List<Object> old) {
    return message(
        'D',
        out -> {
          out.writeInt((int) oid);
          tuple(out, oldKind, old);
        });
  }

  public static byte[] truncate(long... oids) {
    return message(
        'T',
        out -> {
          out.writeInt(oids.length);
          out.writeByte(1);
          for (long oid : oids) {
            out.writeInt((int) oid);
          }
        });
  }

  public static byte[] logicalMessage(boolean transactional, long lsn, String prefix) {
    return message(
        'M',
        out -> {
          out.writeByte(transactional ? 1 : 0);
          out.writeLong(lsn);
          text(out, prefix);
          out.writeInt(3);
          out.writeBytes("abc");
        });
  }

  public static byte[] origin() {
    return message(
        'O',
        out -> {
          out.writeLong(1);
          text(out, "elsewhere");
        });
  }

  public static byte[] type() {
    return message(
        'Y',
        out -> {
          out.writeInt(16390);
          text(out, "public");
          text(out, "mood");
        });
  }

  private static void tuple(DataOutputStream out, char kind, List<Object> row) throws IOException {
    out.writeByte(kind);
    out.writeShort(row.size());
    for (Object value : row) {
      if (value == null) {
        out.writeByte('n');
      } else if (value == UNCHANGED) {
        out.writeByte('u');
      } else {
        byte[] utf8 = value.toString().getBytes(StandardCharsets.UTF_8);
        out.writeByte('t');
        out.writeInt(utf8.length);
        out.write(utf8);
      }
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.writeByte(0);
  }
}
