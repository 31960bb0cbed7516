package io.deltamirror.core.change;

import io.deltamirror.core.json.Json;
import io.deltamirror.core.schema.TableSchema;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** The metadata entries of an event's Avro container. All values are text. */
final class EventMetadata {
  static final String VERSION = "mirror.version";
  static final String CURRENT_VERSION = "1";
  static final String KIND = "mirror.kind";
  static final String MIRROR = "mirror.name";
  static final String FENCE = "mirror.fence";
  static final String TABLE = "mirror.table";
  static final String POSITION = "mirror.position";
  static final String COMMIT_MICROS = "mirror.commit-micros";
  static final String SEED = "mirror.seed";
  static final String PATH = "mirror.path";
  static final String LENGTH = "mirror.length";
  static final String SHA256 = "mirror.sha256";
  private static final String PREVIOUS = "mirror.previous";
  private static final String FIRST = "mirror.first";
  private static final String LAST = "mirror.last";
  private static final String CHANGES = "mirror.changes";
  private static final String FIRST_COMMIT = "mirror.first-commit-micros";
  private static final String LAST_COMMIT = "mirror.last-commit-micros";
  private static final String TRACEPARENT = "traceparent";

  private EventMetadata() {}

  /** Writes the entries of a change batch. */
  static void write(BatchHeader header, BiConsumer<String, String> out) {
    out.accept(KIND, "changes");
    writeHeader(header, out);
  }

  /** Writes the header's entries, whatever kind of event carries them. */
  static void writeHeader(BatchHeader header, BiConsumer<String, String> out) {
    out.accept(VERSION, CURRENT_VERSION);
    out.accept(MIRROR, header.mirror());
    out.accept(FENCE, Long.toString(header.fence()));
    out.accept(TABLE, Json.write(header.table()));
    out.accept(PREVIOUS, header.previous().toString());
    out.accept(FIRST, header.first().toString());
    out.accept(LAST, header.last().toString());
    out.accept(CHANGES, Integer.toString(header.changes()));
    out.accept(FIRST_COMMIT, Long.toString(header.firstCommitMicros()));
    out.accept(LAST_COMMIT, Long.toString(header.lastCommitMicros()));
    header.traceparent().ifPresent(trace -> out.accept(TRACEPARENT, trace));
  }

  /**
   * @param in gives an entry's text, or throws when it is missing
   * @param traceparent the trace context's text or null
   */
  static BatchHeader readHeader(UnaryOperator<String> in, String traceparent) {
    return new BatchHeader(
        in.apply(MIRROR),
        Long.parseLong(in.apply(FENCE)),
        table(in.apply(TABLE)),
        Position.parse(in.apply(PREVIOUS)),
        Position.parse(in.apply(FIRST)),
        Position.parse(in.apply(LAST)),
        Integer.parseInt(in.apply(CHANGES)),
        Long.parseLong(in.apply(FIRST_COMMIT)),
        Long.parseLong(in.apply(LAST_COMMIT)),
        Optional.ofNullable(traceparent));
  }

  private static TableSchema table(String text) {
    TableSchema table = Json.read(text, TableSchema.class);
    if (!TableBounds.allow(table)) {
      throw new IllegalArgumentException("a table that cannot be");
    }
    return table;
  }

  static String traceparent() {
    return TRACEPARENT;
  }
}
