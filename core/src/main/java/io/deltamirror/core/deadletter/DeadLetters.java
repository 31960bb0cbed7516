package io.deltamirror.core.deadletter;

import io.deltamirror.core.Printable;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.Hash;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.storage.LakePaths;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LakeStorage.LakeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letters of a lake: for each a record and, beside it, the body. Thread-safe, and any
 * number of processes may work on the same lake.
 *
 * <p>To keep the same event again changes nothing. Of each mirror and partition at most {@value
 * #MOST_KEPT} are kept; more are counted (at least once each), as a flood of bad events must not
 * fill the lake nor make listing slow. Nothing is lost by that: the table of such an event fails or
 * sees a hole all the same, and the hub has the body for as long as it has any.
 */
public final class DeadLetters {
  /** The hub of change batches. */
  public static final String CHANGES = "changes";

  /** The hub of copy tasks. */
  public static final String COPY_TASKS = "copy-tasks";

  static final int MOST_KEPT = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
  private static final String RECORD = ".json";
  private static final String BODY = ".avro";
  private static final String MORE = "/more";
  private static final int LONGEST_ENTRY = 2_000;
  private static final int LONGEST_MESSAGE = 2_000;

  /** How many more come before the folder is counted again, and the log told again. */
  private static final int COUNT_AGAIN = 500;

  private final LakeStorage lake;
  private final InstantSource clock;
  private final Map<String, Room> rooms = new ConcurrentHashMap<>();

  public DeadLetters(LakeStorage lake, InstantSource clock) {
    this.lake = lake;
    this.clock = clock;
  }

  /** Events that were not kept. */
  private record More(long events) {}

  /** How full a folder is. */
  private static final class Room {
    private int kept = -1;
    private int refused;
  }

  /**
   * A page of letters.
   *
   * @param next where the following page begins, if there is one
   */
  public record Page(List<DeadLetter> letters, Optional<String> next) {}

  /** Whether the event is kept already. */
  public boolean has(BadEvent event) throws IOException {
    return exists(path(event.mirror(), id(event)) + RECORD);
  }

  /**
   * Keeps an event; when this returns, its record and body are in the lake, or it is counted.
   *
   * @return the letter's id
   */
  public String keep(BadEvent event) throws IOException {
    DeadLetterId id = id(event);
    String path = path(event.mirror(), id);
    if (exists(path + RECORD)) {
      return id.toString();
    }
    Room room = rooms.computeIfAbsent(folder(event.mirror(), id), folder -> new Room());
    synchronized (room) {
      if (isFull(room, folder(event.mirror(), id))) {
        countMore(event, folder(event.mirror(), id));
        return id.toString();
      }
      // The record last: whoever sees it finds the body.
      lake.replace(path + BODY, event.body());
      Failpoints.reach(Failpoint.DEAD_LETTER_BODY_WRITTEN);
      lake.replace(path + RECORD, json(record(event, id)));
      room.kept++;
    }
    LOG.error(
        "Dead letter {} ({}): {}: {}",
        id,
        event.table().map(Printable::line).orElse("table unknown"),
        event.why().code(),
        Printable.line(String.valueOf(event.why().getMessage())));
    return id.toString();
  }

  private boolean isFull(Room room, String folder) throws IOException {
    if (room.kept < 0 || (room.kept >= MOST_KEPT && room.refused % COUNT_AGAIN == 0)) {
      room.kept = records(folder).size();
      if (room.kept >= MOST_KEPT) {
        LOG.error("{} holds {} dead letters; further ones are only counted", folder, room.kept);
      }
    }
    room.refused = room.kept >= MOST_KEPT ? room.refused + 1 : 0;
    return room.kept >= MOST_KEPT;
  }

  private void countMore(BadEvent event, String folder) throws IOException {
    long before = more(folder);
    lake.replace(folder + MORE, json(new More(before + 1)));
    LOG.debug("{}: {} not kept", folder, Hash.hex(event.body()));
  }

  private long more(String folder) throws IOException {
    try {
      return read(folder + MORE, More.class).events();
    } catch (NoSuchFileException | FileNotFoundException e) {
      return 0;
    }
  }

  private DeadLetter record(BadEvent event, DeadLetterId id) {
    return new DeadLetter(
        id.toString(),
        event.hub(),
        event.partition(),
        event.why().code(),
        shortened(String.valueOf(event.why().getMessage()), LONGEST_MESSAGE),
        event.mirror(),
        event.oid(),
        event.table(),
        header(event.body()),
        event.body().length,
        Hash.hex(event.body()),
        clock.instant());
  }

  private static Map<String, String> header(byte[] body) {
    Map<String, String> header = new LinkedHashMap<>();
    EventCodec.peek(body)
        .forEach(
            (name, value) ->
                header.put(shortened(name, LONGEST_ENTRY), shortened(value, LONGEST_ENTRY)));
    header.remove("avro.schema");
    return header;
  }

  private static String shortened(String text, int longest) {
    String line = text.length() <= longest ? text : text.substring(0, longest) + "…";
    return Printable.line(line);
  }

  /**
   * Letters of a mirror, and those that belong to no known one, in the order of their ids.
   *
   * @param after only those behind this place; empty for all
   * @param most how many at most
   */
  public Page list(String mirror, Optional<String> after, int most) throws IOException {
    List<DeadLetter> page = new ArrayList<>();
    for (String path : records(mirror, after.orElse(""))) {
      if (page.size() == most) {
        return new Page(page, Optional.of(place(page.get(most - 1))));
      }
      try {
        page.add(read(path, DeadLetter.class));
      } catch (NoSuchFileException | FileNotFoundException e) {
        LOG.debug("{} was discarded meanwhile", path);
      }
    }
    return new Page(page, Optional.empty());
  }

  /** A letter's place in the list: those of no mirror stand behind all others. */
  private static String place(DeadLetter letter) {
    return (letter.mirror().isPresent() ? "0" : "1") + letter.id();
  }

  private List<String> records(String mirror, String after) throws IOException {
    List<String> paths = new ArrayList<>();
    if (!after.startsWith("1")) {
      collect(LakePaths.deadLetters(Optional.of(mirror)), after, paths);
    }
    collect(LakePaths.deadLetters(Optional.empty()), after.startsWith("1") ? after : "", paths);
    return paths;
  }

  private void collect(String folder, String after, List<String> into) throws IOException {
    String from =
        after.isEmpty()
            ? ""
            : folder + "/" + pathOf(DeadLetterId.parse(after.substring(1))) + RECORD;
    lake.list(folder, from).stream()
        .map(LakeFile::path)
        .filter(path -> path.endsWith(RECORD))
        .forEach(into::add);
  }

  private List<LakeFile> records(String folder) throws IOException {
    return lake.list(folder, "").stream().filter(file -> file.path().endsWith(RECORD)).toList();
  }

  /** How many a mirror has, those of no known mirror with them; {@code 100+} for more than that. */
  public Optional<String> count(String mirror, int most) throws IOException {
    long there = records(mirror, "").size();
    return there == 0
        ? Optional.empty()
        : Optional.of(there > most ? most + "+" : Long.toString(there));
  }

  /**
   * A letter of a mirror, or of none.
   *
   * @throws io.deltamirror.core.MirrorException {@code DEAD_LETTER_NOT_FOUND}
   */
  public DeadLetter find(String mirror, String id) throws IOException {
    return read(recordPath(mirror, DeadLetterId.parse(id)), DeadLetter.class);
  }

  /** Its body, as it came. */
  public byte[] body(DeadLetter letter) throws IOException {
    return lake.read(path(letter.mirror(), DeadLetterId.parse(letter.id())) + BODY);
  }

  /** Removes a letter and its body. */
  public void discard(DeadLetter letter) throws IOException {
    String path = path(letter.mirror(), DeadLetterId.parse(letter.id()));
    lake.delete(path + RECORD);
    lake.delete(path + BODY);
  }

  private String recordPath(String mirror, DeadLetterId id) throws IOException {
    for (Optional<String> owner : List.of(Optional.of(mirror), Optional.<String>empty())) {
      String path = path(owner, id) + RECORD;
      if (exists(path)) {
        return path;
      }
    }
    throw DeadLetterId.notFound();
  }

  private boolean exists(String path) throws IOException {
    try {
      lake.stat(path);
      return true;
    } catch (NoSuchFileException | FileNotFoundException e) {
      return false;
    }
  }

  private <T> T read(String path, Class<T> type) throws IOException {
    return Json.read(new String(lake.read(path), StandardCharsets.UTF_8), type);
  }

  private static byte[] json(Object value) {
    return Json.write(value).getBytes(StandardCharsets.UTF_8);
  }

  private static DeadLetterId id(BadEvent event) {
    return DeadLetterId.of(event.hub(), event.partition(), Hash.hex(event.body()));
  }

  private static String folder(Optional<String> mirror, DeadLetterId id) {
    return LakePaths.deadLetters(mirror) + "/" + id.folder();
  }

  private static String path(Optional<String> mirror, DeadLetterId id) {
    return LakePaths.deadLetters(mirror) + "/" + pathOf(id);
  }

  private static String pathOf(DeadLetterId id) {
    return id.folder() + "/" + id.hash();
  }
}
