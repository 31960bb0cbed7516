package io.deltamirror.lake.copy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.RowCodec;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.schema.UnfitValueException;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads rows out of the text format of {@code COPY … TO STDOUT} (PostgreSQL: COPY, "File Formats")
 * in UTF-8: columns end with a tab, rows with a newline; both, and the backslash, stand in a value
 * only as escapes, and {@code \N} alone is null. Values are read from the bytes as they came,
 * without a string between.
 *
 * <p>Where one chunk ends and the next begins is of no account. For one thread.
 */
final class CopyTextParser {
  private static final int INITIAL_BYTES = 1 << 12;

  private final TableSchema table;
  private final RowCodec codec;
  private final int columns;
  private final RowSink sink;
  private byte[] carried = new byte[INITIAL_BYTES];
  private int carriedBytes;
  private byte[] plain = new byte[INITIAL_BYTES];

  CopyTextParser(RowCodec codec, RowSink sink) {
    this.table = codec.table();
    this.codec = codec;
    this.columns = codec.types().size();
    this.sink = sink;
  }

  /**
   * Takes the next bytes and hands on each row that they complete.
   *
   * @throws MirrorException {@code UNREPRESENTABLE_VALUE} when a column cannot hold a value, {@code
   *     INTERNAL} for what is not in the format
   */
  void accept(byte[] chunk) throws IOException {
    int from = carriedBytes == 0 ? 0 : completeCarried(chunk);
    int complete = chunk.length;
    while (complete > from && chunk[complete - 1] != '\n') {
      complete--;
    }
    while (from < complete) {
      from = row(chunk, from);
    }
    carry(chunk, from, chunk.length);
  }

  /**
   * Says that nothing follows.
   *
   * @throws MirrorException {@code INTERNAL} when that leaves a row in the middle
   */
  void end() {
    if (carriedBytes > 0) {
      throw malformed("it ends within a row");
    }
  }

  /** Ends the row that earlier chunks began; returns the index behind its newline. */
  private int completeCarried(byte[] chunk) throws IOException {
    int end = 0;
    while (end < chunk.length && chunk[end] != '\n') {
      end++;
    }
    if (end == chunk.length) {
      return 0; // accept() carries all of it
    }
    carry(chunk, 0, end + 1);
    row(carried, 0);
    carriedBytes = 0;
    return end + 1;
  }

  private void carry(byte[] chunk, int from, int to) {
    int bytes = to - from;
    if (carriedBytes + bytes > carried.length) {
      carried = Arrays.copyOf(carried, Math.max(carriedBytes + bytes, 2 * carried.length));
    }
    System.arraycopy(chunk, from, carried, carriedBytes, bytes);
    carriedBytes += bytes;
  }

  /** Reads a row that is known to end; returns the index behind its newline. */
  private int row(byte[] text, int from) throws IOException {
    Object[] row = new Object[columns];
    int at = from;
    for (int column = 0; column < columns; column++) {
      int start = at;
      boolean escaped = false;
      byte b = text[at];
      while (b != '\t' && b != '\n') {
        escaped |= b == '\\';
        b = text[++at];
      }
      if ((b == '\n') != (column == columns - 1)) {
        throw malformed("a row has not " + columns + " columns");
      }
      row[column] =
          escaped ? escapedValue(column, text, start, at) : value(column, text, start, at - start);
      at++;
    }
    sink.accept(row);
    return at;
  }

  private Object value(int column, byte[] text, int offset, int length) {
    try {
      return codec.parse(column, text, offset, length);
    } catch (UnfitValueException e) {
      throw e;
    } catch (MirrorException e) {
      throw new MirrorException(e.code(), of(column) + e.getMessage(), e);
    } catch (RuntimeException e) {
      // Not as the cause: its message may show the value.
      throw malformed(of(column) + e.getClass().getSimpleName());
    }
  }

  private Object escapedValue(int column, byte[] text, int start, int end) {
    if (end - start == 2 && text[start + 1] == 'N') {
      return null;
    }
    if (plain.length < end - start) {
      plain = new byte[Math.max(end - start, 2 * plain.length)];
    }
    int length = 0;
    int at = start;
    while (at < end) {
      if (text[at] != '\\') {
        plain[length++] = text[at++];
        continue;
      }
      at++;
      if (at == end) {
        throw malformed(of(column) + "nothing follows a backslash");
      }
      byte letter = text[at];
      int digits = codeDigits(text, at, end);
      if (digits > 0) {
        plain[length++] = code(text, at, digits);
        at += digits;
      } else {
        plain[length++] = escape(column, letter);
        at++;
      }
    }
    return value(column, plain, 0, length);
  }

  private byte escape(int column, byte letter) {
    return switch (letter) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 0x0B;
      case '\\' -> '\\';
      default -> throw malformed(of(column) + "an unknown escape");
    };
  }

  /** Length of a numeric escape behind its backslash: octal {@code ooo}, hex {@code xhh}, or 0. */
  private static int codeDigits(byte[] text, int at, int end) {
    boolean hex = text[at] == 'x';
    int first = hex ? at + 1 : at;
    int last = Math.min(end, hex ? first + 2 : first + 3);
    int next = first;
    while (next < last && Character.digit(text[next], hex ? 16 : 8) >= 0) {
      next++;
    }
    return next == first ? 0 : next - at;
  }

  private static byte code(byte[] text, int at, int digits) {
    int radix = text[at] == 'x' ? 16 : 8;
    int code = 0;
    for (int i = radix == 16 ? at + 1 : at; i < at + digits; i++) {
      code = code * radix + Character.digit(text[i], radix);
    }
    return (byte) code;
  }

  private String of(int column) {
    Column named = table.columns().get(column);
    return "column " + named.name() + ": ";
  }

  private MirrorException malformed(String why) {
    return new MirrorException(
        ErrorCode.INTERNAL, "the copy of " + table.name() + " is malformed: " + why);
  }
}
