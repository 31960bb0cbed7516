package io.deltamirror.lake.delta;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.state.SeedSnapshot;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a mirrored table says of itself in its properties.
 *
 * @param mirror its mirror
 * @param shape of its rows on the source
 * @param seed number of the seed that its content began with
 * @param snapshot which transactions that seed's copy contained
 * @param dropped when it was emptied, as the source has no such table any more
 */
record TableProperties(
    String mirror, TableSchema shape, int seed, SeedSnapshot snapshot, Optional<Instant> dropped) {
  static final String MIRROR = "delta-mirror.mirror";
  static final String SOURCE_TABLE = "delta-mirror.source-table";
  static final String SOURCE_SCHEMA = "delta-mirror.source-schema";
  static final String PRIMARY_KEY = "delta-mirror.primary-key";
  static final String SEED = "delta-mirror.seed";
  static final String SNAPSHOT = "delta-mirror.snapshot";
  static final String SNAPSHOT_LSN = "delta-mirror.snapshot-lsn";
  static final String DROPPED = "delta-mirror.dropped";

  TableProperties {
    // What older rows have in new columns is of interest once.
    shape = shape.missing().isEmpty() ? shape : shape.withMissing(Map.of());
  }

  /** Of a table that is mirrored. */
  TableProperties(String mirror, TableSchema shape, int seed, SeedSnapshot snapshot) {
    this(mirror, shape, seed, snapshot, Optional.empty());
  }

  /** In another shape. */
  TableProperties with(TableSchema other) {
    return new TableProperties(mirror, other, seed, snapshot, dropped);
  }

  /** Emptied. */
  TableProperties dropped(Instant at) {
    return new TableProperties(mirror, shape, seed, snapshot, Optional.of(at));
  }

  /** All properties of a table in merge-on-read mode. */
  Map<String, String> toMap() {
    List<String> key =
        Arrays.stream(shape.keyIndexes()).mapToObj(i -> shape.columns().get(i).name()).toList();
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("delta.enableDeletionVectors", "true");
    properties.put("delta.columnMapping.mode", "name");
    // Each of our commits is small, and each checkpoint lists all files.
    properties.put("delta.checkpointInterval", "20");
    // Kernel would list the whole log for it with every checkpoint.
    properties.put("delta.enableExpiredLogCleanup", "false");
    properties.put(MIRROR, mirror);
    properties.put(SOURCE_TABLE, shape.name().toString());
    properties.put(SOURCE_SCHEMA, Json.write(shape));
    properties.put(PRIMARY_KEY, Json.write(key));
    properties.put(SEED, Integer.toString(seed));
    properties.put(SNAPSHOT, snapshot.visible());
    properties.put(SNAPSHOT_LSN, Position.lsnText(snapshot.lsn()));
    dropped.ifPresent(at -> properties.put(DROPPED, at.toString()));
    return properties;
  }

  /**
   * Reads them.
   *
   * @throws MirrorException {@code LAKE_TABLE_FOREIGN} when it is no table of ours
   */
  static TableProperties parse(String path, Map<String, String> properties) {
    try {
      return new TableProperties(
          required(properties, MIRROR),
          Json.read(required(properties, SOURCE_SCHEMA), TableSchema.class),
          Integer.parseInt(required(properties, SEED)),
          new SeedSnapshot(
              required(properties, SNAPSHOT),
              Position.parseLsn(required(properties, SNAPSHOT_LSN))),
          Optional.ofNullable(properties.get(DROPPED)).map(Instant::parse));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new MirrorException(
          ErrorCode.LAKE_TABLE_FOREIGN,
          path + " holds a Delta table that is no mirror of a PostgreSQL table",
          e);
    }
  }

  private static String required(Map<String, String> properties, String name) {
    String value = properties.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no property " + name);
    }
    return value;
  }
}
