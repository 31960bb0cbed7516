package io.deltamirror.local.eventhubs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A log entry of plain text. */
record TextEntry(String text) implements LogEntry {
  static List<TextEntry> of(String... texts) {
    return Arrays.stream(texts).map(TextEntry::new).toList();
  }

  static String read(LogRecord record) {
    return StandardCharsets.UTF_8.decode(record.message().duplicate()).toString();
  }

  @Override
  public int maxLength() {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public void encode(LogPosition position, ByteBuffer out) {
    out.put(text.getBytes(StandardCharsets.UTF_8));
  }
}
