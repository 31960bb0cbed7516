package io.deltamirror.lake.copy;

import io.deltamirror.core.json.Json;
import io.deltamirror.core.state.CopyPart;
import io.deltamirror.core.storage.LakePaths;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.lake.delta.TableColumn;
import io.deltamirror.lake.delta.TableColumns;
import io.deltamirror.lake.delta.WrittenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * What the copy of one part wrote. Kept in the lake, as the statistics of some hundred files of a
 * wide table are more than a document of the state may hold; {@link CopyPart#files} names it.
 *
 * @param columns physical names of the columns that the files were written with
 * @param files the part's rows; none for a part without rows
 */
record PartManifest(List<String> columns, List<WrittenFile> files) {
  PartManifest {
    columns = List.copyOf(columns);
    files = List.copyOf(files);
  }

  static PartManifest of(TableColumns columns, List<WrittenFile> files) {
    return new PartManifest(physicalNames(columns), files);
  }

  /** Whether its files have these columns. */
  boolean agreesWith(TableColumns present) {
    return columns.equals(physicalNames(present));
  }

  private static List<String> physicalNames(TableColumns columns) {
    return columns.all().stream().map(TableColumn::physicalName).toList();
  }

  /** Paths of its files. */
  List<String> paths(String folder) {
    return files.stream().map(file -> folder + "/" + file.name()).toList();
  }

  long rows() {
    return files.stream().mapToLong(WrittenFile::rows).sum();
  }

  long bytes() {
    return files.stream().mapToLong(WrittenFile::length).sum();
  }

  /**
   * Writes it.
   *
   * @return its path
   */
  String write(LakeStorage storage, String mirror, CopyPart part) throws IOException {
    String path =
        LakePaths.copied(mirror, part.oid(), part.seed())
            + "/"
            + part.part()
            + "-"
            + UUID.randomUUID()
            + ".json";
    storage.create(path, Json.write(this).getBytes(StandardCharsets.UTF_8));
    return path;
  }

  /** Reads what a part that is done says it wrote. */
  static PartManifest read(LakeStorage storage, CopyPart done) throws IOException {
    byte[] text = storage.read(done.files().get(0));
    return Json.read(new String(text, StandardCharsets.UTF_8), PartManifest.class);
  }
}
