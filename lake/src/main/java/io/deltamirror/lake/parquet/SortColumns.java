package io.deltamirror.lake.parquet;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The footer entry that says which columns a file is sorted by: their physical names, URL-encoded
 * (a PostgreSQL name may contain any character) and separated by commas.
 */
final class SortColumns {
  /** Key of the entry in the footer's key-value metadata. */
  static final String ENTRY = "delta-mirror.sorted-by";

  private SortColumns() {}

  static String encode(List<String> names) {
    return names.stream()
        .map(name -> URLEncoder.encode(name, StandardCharsets.UTF_8))
        .collect(Collectors.joining(","));
  }

  /**
   * @throws IllegalArgumentException when the entry is malformed
   */
  static List<String> decode(String entry) {
    return Stream.of(entry.split(","))
        .map(name -> URLDecoder.decode(name, StandardCharsets.UTF_8))
        .toList();
  }
}
