package io.deltamirror.core.state;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a table of a mirror stands in its life. Written by several: see {@link SeedStage}. A step
 * that does not fit the present seed and stage returns the same object, so that a late or repeated
 * one changes nothing.
 *
 * @param oid the table's identity within the mirror
 * @param name its present name
 * @param status as people see it
 * @param seed number of the present seed, from 1; each reseed adds one; 0 when it cannot be
 *     mirrored
 * @param stage how far that seed has come
 * @param reason why the present seed was asked for, for people
 * @param schema the shape of the seed's rows, once known
 * @param floor position up to which the seed's copy has everything; from SPOOLING on
 * @param snapshot what the seed's copy contains; from COPYING on
 * @param fault why it is {@code FAILED}, or why it cannot be mirrored
 * @param since when the status began
 * @param shapes what is remembered of its shape
 */
public record TableState(
    long oid,
    TableName name,
    TableStatus status,
    int seed,
    SeedStage stage,
    String reason,
    Optional<TableSchema> schema,
    Optional<Position> floor,
    Optional<SeedSnapshot> snapshot,
    Optional<Fault> fault,
    Instant since,
    ShapeHistory shapes) {
  public TableState {
    shapes = shapes == null ? ShapeHistory.NONE : shapes;
  }

  /** What the names of all tables' documents start with. */
  public static final String PREFIX = "table:";

  /** A table that has just joined. */
  public static TableState initial(TableSchema schema, String reason, Instant now) {
    return new TableState(
        schema.oid(),
        schema.name(),
        TableStatus.INITIALIZED,
        1,
        SeedStage.REQUESTED,
        reason,
        Optional.of(schema),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        now,
        ShapeHistory.NONE);
  }

  /** A table that cannot be mirrored as it is. */
  public static TableState unsupported(long oid, TableName name, Fault fault) {
    return new TableState(
        oid,
        name,
        TableStatus.FAILED,
        0,
        SeedStage.REQUESTED,
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(fault),
        fault.at(),
        ShapeHistory.NONE);
  }

  /** A new seed; what is readable now stays so until the new rows are committed. */
  public TableState reseed(TableSchema shape, String why, Instant now) {
    boolean first = seed == 0 || (seed == 1 && stage != SeedStage.LIVE);
    return new TableState(
        oid,
        shape.name(),
        first ? TableStatus.INITIALIZED : TableStatus.RESEEDING,
        seed + 1,
        SeedStage.REQUESTED,
        why,
        Optional.of(shape),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        now,
        shapes.renamed(name, shape.name()));
  }

  /**
   * The same, and recorded where the shape is another one.
   *
   * @param at where in the stream it was seen
   */
  public TableState reseed(TableSchema shape, String why, Position at, Instant now) {
    boolean other =
        schema.filter(before -> !ShapeWords.differences(before, shape).isEmpty()).isPresent();
    return other ? reseedRecorded(shape, why, at, now) : reseed(shape, why, now);
  }

  /**
   * The same, and recorded though the columns may be as they were: something happened to the table
   * or to its rows.
   *
   * @param at where in the stream it was seen
   */
  public TableState reseedRecorded(TableSchema shape, String why, Position at, Instant now) {
    TableSchema before = schema.orElse(shape);
    return with(shapes.with(ShapeChange.copied(before, shape, why, at, now, seed + 1)))
        .reseed(shape, why, now);
  }

  /** REQUESTED → SPOOLING: everything at or below the floor is left to the copy. */
  public TableState spooling(int ofSeed, Position upTo, Instant now) {
    if (!at(ofSeed, SeedStage.REQUESTED)) {
      return this;
    }
    TableStatus shown =
        status == TableStatus.INITIALIZED ? TableStatus.SNAPSHOTTING : TableStatus.RESEEDING;
    return step(shown, SeedStage.SPOOLING, schema, Optional.of(upTo), snapshot, now).withoutPlace();
  }

  /** What is recorded of the rows' place from here on comes beside what the snapshot sees. */
  private TableState withoutPlace() {
    return with(shapes.at(shapes.storage().withoutFiles()));
  }

  /**
   * SPOOLING → COPYING, under the given snapshot, with the shape that it sees; recorded where that
   * is another one than the seed was asked for with.
   */
  public TableState copying(int ofSeed, TableSchema shape, SeedSnapshot under, Instant now) {
    if (!at(ofSeed, SeedStage.SPOOLING)) {
      return this;
    }
    TableState copying =
        step(status, SeedStage.COPYING, Optional.of(shape), floor, Optional.of(under), now);
    TableSchema before = schema.orElse(shape);
    List<String> differences = ShapeWords.differences(before, shape);
    if (differences.isEmpty()) {
      return copying;
    }
    long generation = floor.map(Position::generation).orElse(0L);
    Position seen = new Position(generation, under.lsn(), 0);
    return copying.with(
        copying.shapes.with(
            new ShapeChange(seen, now, differences, before.inWords(), shape.inWords(), ofSeed)));
  }

  /** COPYING → SPOOLING: the snapshot is lost, another one will be taken. */
  public TableState copyAgain(int ofSeed, String why, Instant now) {
    if (!at(ofSeed, SeedStage.COPYING)) {
      return this;
    }
    TableState again = step(status, SeedStage.SPOOLING, schema, floor, Optional.empty(), now);
    return again.withoutPlace().because(why);
  }

  /**
   * COPYING → SEEDED: the rows that were read under the snapshot of the given LSN are committed.
   */
  public TableState seeded(int ofSeed, long snapshotLsn, Instant now) {
    return copies(ofSeed, snapshotLsn)
        ? step(status, SeedStage.SEEDED, schema, floor, snapshot, now)
        : this;
  }

  /** SEEDED → LIVE: the spool is applied. */
  public TableState live(int ofSeed, Instant now) {
    return at(ofSeed, SeedStage.SEEDED)
        ? step(TableStatus.REPLICATING, SeedStage.LIVE, schema, floor, snapshot, now)
        : this;
  }

  /** Stopped by a fault; its changes wait in the spool. */
  public TableState fail(Fault why) {
    return new TableState(
        oid,
        name,
        TableStatus.FAILED,
        seed,
        stage,
        reason,
        schema,
        floor,
        snapshot,
        Optional.of(why),
        why.at(),
        shapes);
  }

  /**
   * Goes on after a fault: what waits in the spool is applied as at the end of a seed. A copy that
   * was under way begins anew, as its snapshot may be gone.
   */
  public TableState resume(String why, Instant now) {
    if (status != TableStatus.FAILED || seed == 0) {
      return this;
    }
    boolean wasLive = stage == SeedStage.LIVE;
    boolean wasCopying = stage == SeedStage.COPYING;
    SeedStage next = wasLive ? SeedStage.SEEDED : wasCopying ? SeedStage.SPOOLING : stage;
    TableStatus shown =
        seed > 1 || wasLive
            ? TableStatus.RESEEDING
            : next == SeedStage.REQUESTED ? TableStatus.INITIALIZED : TableStatus.SNAPSHOTTING;
    return step(shown, next, schema, floor, wasCopying ? Optional.empty() : snapshot, now)
        .because(why);
  }

  /** In another shape from here on, without a seed. */
  public TableState reshaped(TableSchema shape) {
    return new TableState(
        oid,
        shape.name(),
        status,
        seed,
        stage,
        reason,
        Optional.of(shape.withMissing(Map.of())),
        floor,
        snapshot,
        fault,
        since,
        shapes.renamed(name, shape.name()));
  }

  /** Remembering something else of its shape. */
  public TableState with(ShapeHistory history) {
    return new TableState(
        oid, name, status, seed, stage, reason, schema, floor, snapshot, fault, since, history);
  }

  /**
   * It is no longer on the source; only what was recorded of it is left.
   *
   * @param at behind its last change
   */
  public TableState dropped(String why, Position at, Instant now) {
    String before = schema.map(TableSchema::inWords).orElse("");
    ShapeChange change = new ShapeChange(at, now, List.of(why), before, "", 0);
    return new TableState(
        oid,
        name,
        TableStatus.STOPPED,
        seed,
        stage,
        why,
        schema,
        floor,
        snapshot,
        Optional.empty(),
        now,
        shapes.with(change));
  }

  /** Whether the given seed is being copied under the snapshot of the given LSN. */
  public boolean copies(int ofSeed, long snapshotLsn) {
    return at(ofSeed, SeedStage.COPYING)
        && snapshot.filter(under -> under.lsn() == snapshotLsn).isPresent();
  }

  /** Whether this is the given seed at the given stage, and neither failed nor dropped. */
  public boolean at(int ofSeed, SeedStage expected) {
    return seed == ofSeed
        && stage == expected
        && status != TableStatus.FAILED
        && status != TableStatus.STOPPED;
  }

  private TableState step(
      TableStatus shown,
      SeedStage to,
      Optional<TableSchema> shape,
      Optional<Position> upTo,
      Optional<SeedSnapshot> under,
      Instant now) {
    TableName next = shape.map(TableSchema::name).orElse(name);
    return new TableState(
        oid,
        next,
        shown,
        seed,
        to,
        reason,
        shape,
        upTo,
        under,
        Optional.empty(),
        shown == status ? since : now,
        shapes.renamed(name, next));
  }

  private TableState because(String why) {
    return new TableState(
        oid, name, status, seed, stage, why, schema, floor, snapshot, fault, since, shapes);
  }

  /** Name of its document. */
  public static String document(long oid) {
    return PREFIX + oid;
  }
}
