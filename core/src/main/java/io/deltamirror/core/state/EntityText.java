package io.deltamirror.core.state;

import com.azure.data.tables.models.TableEntity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A document's text in the properties of an entity, of which each holds at most 64 KiB and all
 * together 1 MiB. Plain ASCII is kept readable, as strings {@code text00}, {@code text01}, …; the
 * service counts two bytes for a character, so the longest takes 800 KB. Any other text is kept as
 * gzip of its UTF-16, as {@code packed00}, …, which takes no more: Azurite bends what is not ASCII
 * in a request of more than 64 KB, and characters of three bytes would exceed its limit. {@code
 * parts} says how many there are, {@code length} how many UTF-16 code units.
 */
final class EntityText {
  private static final int TEXT_PART = 32_000;
  private static final int PACKED_PART = 64_000;
  private static final int MOST_PARTS = 13;
  private static final String PARTS = "parts";
  private static final String LENGTH = "length";

  private EntityText() {}

  static void put(String text, TableEntity entity) {
    int parts = isPlain(text) ? putPlain(text, entity) : putPacked(text, entity);
    entity.addProperty(PARTS, parts).addProperty(LENGTH, text.length());
  }

  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> (c >= ' ' && c < 0x7F) || c == '\n');
  }

  private static int putPlain(String text, TableEntity entity) {
    int parts = 0;
    for (int at = 0; at < text.length(); at += TEXT_PART) {
      String part = text.substring(at, Math.min(at + TEXT_PART, text.length()));
      entity.addProperty(name("text", parts++), part);
    }
    return parts;
  }

  private static int putPacked(String text, TableEntity entity) {
    byte[] packed = pack(text);
    int parts = 0;
    for (int at = 0; at < packed.length; at += PACKED_PART) {
      byte[] part = Arrays.copyOfRange(packed, at, Math.min(at + PACKED_PART, packed.length));
      entity.addProperty(name("packed", parts++), part);
    }
    return parts;
  }

  static String of(TableEntity entity) {
    int parts = entity.getProperty(PARTS) instanceof Integer number ? number : -1;
    int length = entity.getProperty(LENGTH) instanceof Integer number ? number : -1;
    if (parts < 0 || parts > MOST_PARTS || length < 0) {
      throw DocumentEntity.invalid("an entity that is not a document");
    }
    if (length > MirrorStore.MAX_LENGTH) {
      throw DocumentEntity.invalid(
          "a document of more than " + MirrorStore.MAX_LENGTH + " characters");
    }
    boolean packed = entity.getProperty(name("packed", 0)) != null;
    String text = packed ? unpack(entity, parts, length) : plain(entity, parts);
    if (text.length() != length) {
      throw DocumentEntity.invalid("a document of another length than it says");
    }
    return text;
  }

  private static String plain(TableEntity entity, int parts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts; i++) {
      if (!(entity.getProperty(name("text", i)) instanceof String part)) {
        throw DocumentEntity.invalid("a document without its part " + i);
      }
      text.append(part);
    }
    return text.toString();
  }

  private static String unpack(TableEntity entity, int parts, int length) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (int i = 0; i < parts; i++) {
      if (!(entity.getProperty(name("packed", i)) instanceof byte[] part)) {
        throw DocumentEntity.invalid("a document without its part " + i);
      }
      packed.writeBytes(part);
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray()))) {
      // One more than there should be: a wrong length is seen, and a bomb stays small.
      byte[] bytes = in.readNBytes(2 * length + 1);
      if (bytes.length != 2 * length) {
        throw DocumentEntity.invalid("a document of another length than it says");
      }
      return ByteBuffer.wrap(bytes).asCharBuffer().toString();
    } catch (IOException e) {
      throw DocumentEntity.invalid("a document that cannot be unpacked");
    }
  }

  private static byte[] pack(String text) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      for (int i = 0; i < text.length(); i++) {
        out.write(text.charAt(i) >> 8);
        out.write(text.charAt(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static String name(String start, int number) {
    return String.format(Locale.ROOT, "%s%02d", start, number);
  }
}
