package io.deltamirror.lake.apply;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.ChangeReader;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.deadletter.DeadLetter;
import io.deltamirror.core.deadletter.DeadLetters;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.lake.delta.DeltaTables;
import io.deltamirror.lake.delta.TableVersion;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Gives a dead letter in again, once what was wrong with it is mended: it takes its place in the
 * spool of its table, whose files sort in the order of the stream, and the table is resumed. So the
 * one place that decides about a table (the invocation that reads its partition) applies it, and
 * what the table has already is recognised by position: to replay twice does no harm. Thread-safe.
 */
public final class DeadLetterReplay {
  private final LakeStorage storage;
  private final MirrorStore store;
  private final DeltaTables tables;
  private final DeadLetters letters;
  private final EventGate gate;
  private final LargeBatches large;
  private final InstantSource clock;

  public DeadLetterReplay(
      LakeStorage storage,
      MirrorStore store,
      DeltaTables tables,
      DeadLetters letters,
      InstantSource clock) {
    this.storage = storage;
    this.store = store;
    this.tables = tables;
    this.letters = letters;
    this.gate = new EventGate(store);
    this.large = new LargeBatches(storage);
    this.clock = clock;
  }

  /** How a replay ended. */
  public enum Outcome {
    /** It is on its way into its table; the letter is gone. */
    REPLAYED("Replayed"),
    /** Its table has it already, or gets it in another way; the letter stays. */
    NOT_NEEDED("NotNeeded"),
    /** It still cannot be used; the letter stays. */
    STILL_BAD("StillBad");

    private final String label;

    Outcome(String label) {
      this.label = label;
    }

    @JsonValue
    public String label() {
      return label;
    }
  }

  /**
   * What came of it.
   *
   * @param id of the letter
   * @param message says why, for people
   * @param table that it went to
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Result(String id, Outcome outcome, String message, Optional<String> table) {}

  /**
   * Replays a letter.
   *
   * @param mirror that asks for it; an event of another one stays bad
   * @throws MirrorException with a code that passes by itself, when lake or state store fail
   */
  public Result replay(String mirror, DeadLetter letter) throws IOException {
    if (letter.hub().equals(DeadLetters.COPY_TASKS)) {
      return ended(letter, Outcome.NOT_NEEDED, "copy tasks are sent again by the capture worker");
    }
    Optional<ChangeBatch> batch;
    try {
      batch = read(mirror, letters.body(letter));
    } catch (MirrorException e) {
      if (e.code().retriable()) {
        throw e;
      }
      return ended(letter, Outcome.STILL_BAD, e.code() + ": " + e.getMessage());
    }
    return batch.isEmpty()
        ? ended(letter, Outcome.NOT_NEEDED, "marks are sent again by the capture worker")
        : replay(letter, batch.get());
  }

  /** The batch, read to its end; empty for an event that is none. */
  private Optional<ChangeBatch> read(String mirror, byte[] body) throws IOException {
    HubEvent event = EventCodec.decode(body);
    gate.admit(event);
    if (!event.mirror().equals(mirror)) {
      throw new MirrorException(ErrorCode.MALFORMED_EVENT, "it belongs to another mirror");
    }
    if (!(event instanceof ChangeBatch) && !(event instanceof BatchReference)) {
      return Optional.empty();
    }
    ChangeBatch batch =
        event instanceof BatchReference reference ? large.read(reference) : (ChangeBatch) event;
    try (ChangeReader reader = new ChangeReader(batch)) {
      while (reader.hasNext()) {
        reader.next();
      }
    }
    return Optional.of(batch);
  }

  private Result replay(DeadLetter letter, ChangeBatch batch) throws IOException {
    MirrorState mirror = new MirrorState(store, batch.mirror());
    long oid = batch.header().table().oid();
    Optional<TableState> table =
        mirror
            .table(oid)
            .filter(state -> state.seed() > 0 && state.status() != TableStatus.STOPPED);
    if (table.isEmpty()) {
      return ended(letter, Outcome.NOT_NEEDED, "the mirror does not have its table");
    }
    Optional<Position> has = has(mirror.mirror(), table.get());
    if (has.isEmpty() || !batch.header().last().isAfter(has.get())) {
      return ended(
          letter,
          Outcome.NOT_NEEDED,
          table.get().name()
              + (has.isEmpty() ? " is about to be copied" : " is past it")
              + ": it has these changes, or gets them with its copy");
    }
    new Spool(storage, mirror.mirror(), oid).put(table.get().seed(), batch);
    mirror.tables().update(TableState.document(oid), this::goOn);
    letters.discard(letter);
    return new Result(
        letter.id(),
        Outcome.REPLAYED,
        "it is in its place among the changes that wait for the table",
        Optional.of(table.get().name().toString()));
  }

  /** Up to where the table has everything; empty when a copy to come will have it. */
  private Optional<Position> has(String mirror, TableState table) {
    if (table.stage() == SeedStage.REQUESTED) {
      return Optional.empty();
    }
    return table.stage() == SeedStage.LIVE
        ? tables
            .of(table.name())
            .reload()
            .filter(version -> version.mirror().equals(mirror))
            .filter(version -> version.shape().oid() == table.oid())
            .map(TableVersion::position)
        : table.floor();
  }

  /** A table that has not failed stops for a moment, so that its spool comes before what is new. */
  private TableState goOn(TableState present) {
    String why = "a dead letter was replayed";
    TableState stopped =
        present.at(present.seed(), SeedStage.LIVE)
            ? present.fail(new Fault(ErrorCode.MALFORMED_EVENT, why, clock.instant()))
            : present;
    return stopped.resume(why, clock.instant());
  }

  private static Result ended(DeadLetter letter, Outcome outcome, String message) {
    return new Result(letter.id(), outcome, message, letter.table());
  }
}
