package io.deltamirror.core.state;

import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a table of a mirror stands in its life. Written by several: see {@link SeedStage}.
 *
 * @param oid the table's identity within the mirror
 * @param name its present name
 * @param status as people see it
 * @param seed number of the present seed, from 1; each reseed adds one
 * @param stage how far that seed has come
 * @param reason why the present seed was asked for, for people
 * @param schema its shape at that seed, once known
 * @param fault why it is {@code FAILED}, or why it cannot be mirrored
 * @param since when the status began
 */
public record TableState(
    long oid,
    TableName name,
    TableStatus status,
    int seed,
    SeedStage stage,
    String reason,
    Optional<TableSchema> schema,
    Optional<Fault> fault,
    Instant since) {

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
        now);
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
        Optional.of(fault),
        fault.at());
  }

  /** The next step of the given seed; any other seed stays as it is. */
  public TableState advance(int ofSeed, SeedStage from, SeedStage to, TableStatus shown) {
    if (seed != ofSeed || stage != from) {
      return this;
    }
    return new TableState(
        oid,
        name,
        status == TableStatus.FAILED ? status : shown,
        seed,
        to,
        reason,
        schema,
        fault,
        status == shown ? since : Instant.now());
  }

  /** A new seed; what is there stays readable until its rows are committed. */
  public TableState reseed(TableSchema shape, String why, Instant now) {
    return new TableState(
        oid,
        shape.name(),
        seed == 0 ? TableStatus.INITIALIZED : TableStatus.RESEEDING,
        seed + 1,
        SeedStage.REQUESTED,
        why,
        Optional.of(shape),
        Optional.empty(),
        now);
  }

  /** Stopped by a fault; its changes wait in the spool. */
  public TableState fail(Fault why) {
    return new TableState(
        oid, name, TableStatus.FAILED, seed, stage, reason, schema, Optional.of(why), why.at());
  }

  /** Whether its batches are to wait. */
  public boolean spools() {
    return stage.spools() || status == TableStatus.FAILED;
  }

  /** Name of its document. */
  public static String document(long oid) {
    return "table:" + oid;
  }
}
