package io.deltamirror.lake.apply;

import io.deltamirror.lake.delta.LiveFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the live rows of some keys are. For one thread while it is filled. */
final class FoundRows {
  private final List<LiveFile> files = new ArrayList<>();
  private final int[] fileOfKey;
  private final long[] rowOfKey;
  private final Map<Integer, List<Place>> further = new HashMap<>();

  /** A row of a file. */
  record Place(LiveFile file, long row) {}

  FoundRows(int keys) {
    fileOfKey = new int[keys];
    rowOfKey = new long[keys];
    Arrays.fill(fileOfKey, -1);
  }

  /** Notes a row. Those of one file follow each other. */
  void add(int key, LiveFile file, long row) {
    if (has(key)) {
      further.computeIfAbsent(key, k -> new ArrayList<>()).add(new Place(file, row));
      return;
    }
    if (files.isEmpty() || files.get(files.size() - 1) != file) {
      files.add(file);
    }
    fileOfKey[key] = files.size() - 1;
    rowOfKey[key] = row;
  }

  boolean has(int key) {
    return fileOfKey[key] >= 0;
  }

  /** The first row of a key that was found. */
  Place first(int key) {
    return new Place(files.get(fileOfKey[key]), rowOfKey[key]);
  }

  /** All rows of a key: more than one only when a commit ended within a transaction. */
  List<Place> places(int key) {
    if (!has(key)) {
      return List.of();
    }
    List<Place> places = new ArrayList<>(List.of(first(key)));
    places.addAll(further.getOrDefault(key, List.of()));
    return places;
  }
}
