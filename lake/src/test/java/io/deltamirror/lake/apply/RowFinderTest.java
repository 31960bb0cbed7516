package io.deltamirror.lake.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.storage.LakePaths;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.lake.delta.DataFiles;
import io.deltamirror.lake.delta.DeltaTables;
import io.deltamirror.lake.delta.TableVersion;
import io.deltamirror.lake.delta.TestTables;
import io.deltamirror.lake.parquet.LocatorCache;
import io.deltamirror.lake.parquet.ReadPattern;
import io.deltamirror.lake.parquet.RowLocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of floating-point numbers: two zeros, NaN and what is not finite among them. */
class RowFinderTest {
  private static final List<Double> EDGES =
      List.of(
          Double.NEGATIVE_INFINITY,
          -1.5,
          -0.0,
          0.0,
          (double) Float.MIN_VALUE,
          0.1,
          Double.POSITIVE_INFINITY,
          Double.NaN);

  @TempDir Path lake;

  private int seeds;

  @Test
  void eachIsFoundInAFileOfItsOwn() throws IOException {
    for (String type : List.of("real", "double precision")) {
      for (double edge : EDGES) {
        assertThat(found(List.of(edge), type)).as("%s %s", type, edge).containsExactly(0);
      }
    }
  }

  @Test
  void zeroIsNotFoundForTheOtherZero() throws IOException {
    for (String type : List.of("real", "double precision")) {
      seed(keys(List.of(-0.0), type), type);
      assertThat(find(current(), keys(List.of(0.0), type))).as(type).isEmpty();
      seed(keys(List.of(0.0), type), type);
      assertThat(find(current(), keys(List.of(-0.0), type))).as(type).isEmpty();
    }
  }

  @Test
  void allAreFoundInOneFile() throws IOException {
    for (String type : List.of("real", "double precision")) {
      assertThat(found(EDGES, type)).as(type).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }
  }

  /** As writers do that leave a NaN out of the bounds, and the sign of a zero. */
  @Test
  void boundsOfOtherWritersHideNeitherNaNNorMinusZero() throws IOException {
    for (String type : List.of("real", "double precision")) {
      List<Object> keys = keys(List.of(-0.0, 1.0, Double.NaN), type);
      TableVersion ours = seed(keys, type);
      String bound = "{\\\"" + ours.columns().all().get(0).physicalName() + "\\\":%s}";
      String bounds = "\\\"minValues\\\":%s,\\\"maxValues\\\":%s";
      Path log = folder().resolve("_delta_log/00000000000000000000.json");
      String text = Files.readString(log);
      String others =
          text.replace(
              bounds.formatted("{}", "{}"),
              bounds.formatted(bound.formatted("0.0"), bound.formatted("1.0")));
      assertThat(others).as("a NaN lies within no bounds").isNotEqualTo(text);
      Files.writeString(log, others);

      TableVersion theirs = current();

      assertThat(theirs.files().iterator().next().keyBounds().max()).isNotNull();
      for (Object key : keys) {
        assertThat(find(theirs, List.of(key))).as("%s %s", type, key).hasSize(1);
      }
    }
  }

  /** All of the keys that a file of them is found to hold. */
  private List<Integer> found(List<Double> keys, String type) throws IOException {
    seed(keys(keys, type), type);
    return find(current(), keys(keys, type));
  }

  private static List<Object> keys(List<Double> keys, String type) {
    return keys.stream()
        .map(key -> type.equals("real") ? (Object) key.floatValue() : (Object) key)
        .toList();
  }

  /** Indexes of the keys that have a row. */
  private List<Integer> find(TableVersion version, List<Object> keys) throws IOException {
    FoundRows found =
        new RowFinder(
                new RowLocator(
                    new DataFiles(storage()), new LocatorCache(1 << 20), ReadPattern.DISK))
            .find(version, keys.stream().map(key -> new Object[] {key}).toList());
    return IntStream.range(0, keys.size()).filter(found::has).boxed().toList();
  }

  /** Makes the keys, in order, the content of a new table. */
  private TableVersion seed(List<Object> keys, String type) throws IOException {
    seeds++;
    int oid = type.equals("real") ? 700 : 701;
    TableSchema table =
        new TableSchema(
            16_400, name(), List.of(new Column(1, "v", oid, -1, type, 1)), ReplicaIdentity.DEFAULT);
    return TestTables.seed(
        new DeltaTables(storage(), 1),
        "m",
        table,
        1,
        TestTables.SNAPSHOT,
        new Position(1, 1, 1),
        keys.stream().map(key -> new Object[] {key}).toList());
  }

  /** As a process sees it that did not write it. */
  private TableVersion current() throws IOException {
    return new DeltaTables(storage(), 1).of(name()).current().orElseThrow();
  }

  private LakeStorage storage() throws IOException {
    return new LocalLakeStorage(lake);
  }

  private TableName name() {
    return new TableName("public", "t" + seeds);
  }

  private Path folder() {
    return lake.resolve(LakePaths.table(name()));
  }
}
