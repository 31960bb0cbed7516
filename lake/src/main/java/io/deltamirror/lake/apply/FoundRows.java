package io.deltamirror.lake.apply;

import io.deltamirror.lake.delta.LiveFile;
import io.deltamirror.lake.delta.RowSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the live rows of some keys are. For one thread while it is filled. */
final class FoundRows {
  private final Map<LiveFile, RowSet> byFile = new HashMap<>();
  private final List<LiveFile> files = new ArrayList<>();
  private final int[] fileOfKey;
  private final long[] rowOfKey;

  FoundRows(int keys) {
    fileOfKey = new int[keys];
    rowOfKey = new long[keys];
    Arrays.fill(fileOfKey, -1);
  }

  /** Notes a row of the file that is being searched. */
  void add(int key, long row) {
    fileOfKey[key] = files.size();
    rowOfKey[key] = row;
  }

  /** Ends the search of a file in which the given rows were noted. */
  void endOf(LiveFile file, RowSet rows) {
    files.add(file);
    if (!rows.isEmpty()) {
      byFile.put(file, rows);
    }
  }

  /** All rows found. */
  Map<LiveFile, RowSet> byFile() {
    return byFile;
  }

  boolean has(int key) {
    return fileOfKey[key] >= 0;
  }

  /** The file of a key that was found. */
  LiveFile file(int key) {
    return files.get(fileOfKey[key]);
  }

  /** The position in that file. */
  long row(int key) {
    return rowOfKey[key];
  }
}
