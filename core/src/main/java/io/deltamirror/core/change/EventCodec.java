package io.deltamirror.core.change;

import static io.deltamirror.core.change.EventMetadata.COMMIT_MICROS;
import static io.deltamirror.core.change.EventMetadata.CURRENT_VERSION;
import static io.deltamirror.core.change.EventMetadata.FENCE;
import static io.deltamirror.core.change.EventMetadata.KIND;
import static io.deltamirror.core.change.EventMetadata.LENGTH;
import static io.deltamirror.core.change.EventMetadata.MIRROR;
import static io.deltamirror.core.change.EventMetadata.PATH;
import static io.deltamirror.core.change.EventMetadata.POSITION;
import static io.deltamirror.core.change.EventMetadata.SEED;
import static io.deltamirror.core.change.EventMetadata.SHA256;
import static io.deltamirror.core.change.EventMetadata.TABLE;
import static io.deltamirror.core.change.EventMetadata.VERSION;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.Printable;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.HubEvent.SeedBegin;
import io.deltamirror.core.change.HubEvent.SeedReady;
import io.deltamirror.core.change.HubEvent.TableDropped;
import io.deltamirror.core.change.HubEvent.Watermark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;

/**
 * Events as bytes: each is an Avro object container that says in its metadata what it is. A change
 * batch holds its changes; the others hold no record at all. Stateless and thread-safe.
 */
public final class EventCodec {
  private static final Schema CONTROL =
      Schema.createRecord("Control", null, "io.deltamirror", false, List.of());

  private EventCodec() {}

  public static byte[] encode(HubEvent event) {
    if (event instanceof ChangeBatch batch) {
      return batch.body();
    }
    Map<String, String> entries = new LinkedHashMap<>();
    if (event instanceof BatchReference reference) {
      EventMetadata.writeHeader(reference.header(), entries::put);
      entries.put(KIND, "reference");
      entries.put(PATH, reference.path());
      entries.put(LENGTH, Long.toString(reference.length()));
      entries.put(SHA256, reference.sha256());
      return container(entries);
    }
    entries.put(VERSION, CURRENT_VERSION);
    entries.put(MIRROR, event.mirror());
    entries.put(FENCE, Long.toString(event.fence()));
    if (event instanceof Watermark watermark) {
      entries.put(KIND, "watermark");
      entries.put(POSITION, watermark.position().toString());
      entries.put(COMMIT_MICROS, Long.toString(watermark.commitMicros()));
    } else if (event instanceof SeedBegin begin) {
      entries.put(KIND, "seed-begin");
      entries.put(TABLE, Long.toString(begin.table()));
      entries.put(SEED, Integer.toString(begin.seed()));
      entries.put(POSITION, begin.floor().toString());
    } else if (event instanceof SeedReady ready) {
      entries.put(KIND, "seed-ready");
      entries.put(TABLE, Long.toString(ready.table()));
      entries.put(SEED, Integer.toString(ready.seed()));
      entries.put(POSITION, ready.sent().toString());
    } else if (event instanceof TableDropped dropped) {
      entries.put(KIND, "table-dropped");
      entries.put(TABLE, Long.toString(dropped.table()));
      entries.put(POSITION, dropped.sent().toString());
    }
    return container(entries);
  }

  private static byte[] container(Map<String, String> entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    try (DataFileWriter<Object> file = new DataFileWriter<>(new GenericDatumWriter<>(CONTROL))) {
      entries.forEach(file::setMeta);
      // The same event is the same bytes, so that it is known again by their hash.
      file.create(CONTROL, out, sync(entries));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] sync(Map<String, String> entries) {
    byte[] hash = Hash.sha256(entries.toString().getBytes(StandardCharsets.UTF_8));
    return Arrays.copyOf(hash, DataFileConstants.SYNC_SIZE);
  }

  /**
   * Reads what an event says of itself; the changes of a batch stay encoded.
   *
   * @throws MirrorException {@code MALFORMED_EVENT}
   */
  public static HubEvent decode(byte[] body) {
    try {
      Container file = Container.open(body);
      UnaryOperator<String> entry =
          name -> {
            String value = file.entry(name);
            if (value == null) {
              throw new IllegalArgumentException("no " + name);
            }
            return value;
          };
      if (!entry.apply(VERSION).equals(CURRENT_VERSION)) {
        throw new IllegalArgumentException("another version of the format");
      }
      String traceparent = file.entry(EventMetadata.traceparent());
      return switch (entry.apply(KIND)) {
        case "changes" -> new ChangeBatch(EventMetadata.readHeader(entry, traceparent), body);
        case "reference" ->
            new BatchReference(
                EventMetadata.readHeader(entry, traceparent),
                entry.apply(PATH),
                Long.parseLong(entry.apply(LENGTH)),
                entry.apply(SHA256));
        case "watermark" ->
            new Watermark(
                entry.apply(MIRROR),
                Long.parseLong(entry.apply(FENCE)),
                Position.parse(entry.apply(POSITION)),
                Long.parseLong(entry.apply(COMMIT_MICROS)));
        case "seed-begin" ->
            new SeedBegin(
                entry.apply(MIRROR),
                Long.parseLong(entry.apply(FENCE)),
                Long.parseLong(entry.apply(TABLE)),
                Integer.parseInt(entry.apply(SEED)),
                Position.parse(entry.apply(POSITION)));
        case "seed-ready" ->
            new SeedReady(
                entry.apply(MIRROR),
                Long.parseLong(entry.apply(FENCE)),
                Long.parseLong(entry.apply(TABLE)),
                Integer.parseInt(entry.apply(SEED)),
                Position.parse(entry.apply(POSITION)));
        case "table-dropped" ->
            new TableDropped(
                entry.apply(MIRROR),
                Long.parseLong(entry.apply(FENCE)),
                Long.parseLong(entry.apply(TABLE)),
                Position.parse(entry.apply(POSITION)));
        default -> throw new IllegalArgumentException("an unknown kind of event");
      };
    } catch (IOException | RuntimeException e) {
      throw new MirrorException(
          ErrorCode.MALFORMED_EVENT,
          "an event of " + body.length + " bytes cannot be read: " + reason(e),
          e);
    }
  }

  /** What is wrong, as far as we said it ourselves; parsers of others may quote the content. */
  private static String reason(Exception e) {
    return e instanceof IOException || e.getClass() == IllegalArgumentException.class
        ? Printable.line(String.valueOf(e.getMessage()))
        : e.getClass().getSimpleName();
  }

  /**
   * What an event says of itself, as far as that can be read: the entries of its header, by name.
   * Never fails, and takes no more memory than the event; the values are to be trusted no more than
   * the event.
   */
  public static Map<String, String> peek(byte[] body) {
    return Container.entriesOf(body);
  }
}
