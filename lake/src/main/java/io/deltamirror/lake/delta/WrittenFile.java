package io.deltamirror.lake.delta;

import io.deltamirror.core.json.Json;
import io.deltamirror.lake.parquet.DataFileStats;
import java.util.UUID;

/**
 * A data file that lies in a table's folder and is not yet part of the table.
 *
 * @param name in the table's folder
 * @param length bytes
 * @param rows how many
 * @param stats Delta's per-file statistics, as JSON
 */
public record WrittenFile(String name, long length, long rows, String stats) {

  /** A name that no other file has. */
  public static String newName() {
    return "part-" + UUID.randomUUID() + ".parquet";
  }

  /** The description of a file from what its writer says of it. */
  public static WrittenFile of(String name, DataFileStats written, TableColumns columns) {
    return new WrittenFile(
        name, written.length(), written.rows(), FileStatistics.json(written, columns));
  }

  /** As JSON, to be passed to whoever commits it. */
  public String toJson() {
    return Json.write(this);
  }

  /** The inverse of {@link #toJson}. */
  public static WrittenFile parse(String json) {
    return Json.read(json, WrittenFile.class);
  }
}
