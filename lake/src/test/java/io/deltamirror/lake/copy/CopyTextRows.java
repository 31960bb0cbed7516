package io.deltamirror.lake.copy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.apache.avro.util.Utf8;

/** Random rows (bigint, text, bytea, double precision, text) and their COPY text form. */
final class CopyTextRows {
  private static final String LETTERS = "bfnrtv";
  private static final String CONTROLS = "\b\f\n\r\t\u000B";

  private CopyTextRows() {}

  static Object[] random(Random random) {
    return new Object[] {
      random.nextLong() >> random.nextInt(64),
      random.nextInt(5) == 0 ? null : text(random),
      random.nextInt(5) == 0 ? null : binary(random),
      random.nextInt(5) == 0 ? null : Double.longBitsToDouble(random.nextLong()),
      random.nextInt(5) == 0 ? null : text(random)
    };
  }

  private static Utf8 text(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(random.nextInt(10) == 0 ? 10_000 : 30);
    for (int i = 0; i < length; i++) {
      text.append(
          switch (random.nextInt(5)) {
            case 0 -> "\\";
            case 1 -> Character.toString(CONTROLS.charAt(random.nextInt(CONTROLS.length())));
            case 2 -> Character.toString(0x1F600 + random.nextInt(50));
            case 3 -> Character.toString(1 + random.nextInt(0x7FF));
            default -> Character.toString('a' + random.nextInt(26));
          });
    }
    return new Utf8(text.toString());
  }

  private static ByteBuffer binary(Random random) {
    byte[] bytes = new byte[random.nextInt(30)];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  static void write(Object[] row, Random random, ByteArrayOutputStream out) {
    for (int i = 0; i < row.length; i++) {
      if (i > 0) {
        out.write('\t');
      }
      if (row[i] == null) {
        out.writeBytes("\\N".getBytes(UTF_8));
      } else if (row[i] instanceof ByteBuffer binary) {
        byte[] bytes = new byte[binary.remaining()];
        binary.duplicate().get(bytes);
        out.writeBytes(("\\\\x" + HexFormat.of().formatHex(bytes)).getBytes(UTF_8));
      } else {
        escape(text(row[i]), random, out);
      }
    }
    out.write('\n');
  }

  /** PostgreSQL's exponents are lower-case. */
  private static String text(Object value) {
    return value instanceof Double number ? number.toString().replace('E', 'e') : value.toString();
  }

  private static void escape(String value, Random random, ByteArrayOutputStream out) {
    for (byte b : value.getBytes(UTF_8)) {
      int control = CONTROLS.indexOf(b);
      boolean numeric = random.nextInt(10) == 0;
      if (numeric && random.nextBoolean()) {
        out.writeBytes(String.format(Locale.ROOT, "\\%03o", b & 0xFF).getBytes(UTF_8));
      } else if (numeric) {
        out.writeBytes(String.format(Locale.ROOT, "\\x%02x", b).getBytes(UTF_8));
      } else if (control >= 0) {
        out.write('\\');
        out.write(LETTERS.charAt(control));
      } else if (b == '\\') {
        out.write('\\');
        out.write('\\');
      } else {
        out.write(b);
      }
    }
  }
}
