package io.deltamirror.core.source;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The enums and composites behind a table's columns, as text; empty when there are none.
 *
 * @param types by OID
 */
record TypeVersions(SortedMap<Long, TypeVersion> types) {

  static TypeVersions parse(String text) {
    SortedMap<Long, TypeVersion> types = new TreeMap<>();
    if (!text.isEmpty()) {
      Arrays.stream(text.split(" ", -1))
          .map(TypeVersion::parse)
          .forEach(type -> types.put(type.oid(), type));
    }
    return new TypeVersions(types);
  }

  @Override
  public String toString() {
    return types.values().stream().map(TypeVersion::toString).collect(Collectors.joining(" "));
  }

  /**
   * What happened from this to the other to values that are already stored, if anything did. Types
   * that are no longer there have left with their columns; new ones have come with theirs.
   */
  Optional<String> until(TypeVersions now) {
    for (Map.Entry<Long, TypeVersion> type : now.types.entrySet()) {
      TypeVersion before = types.get(type.getKey());
      Optional<String> change =
          before == null ? changed(type.getValue()) : before.until(type.getValue());
      if (change.isPresent()) {
        return change;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> changed(TypeVersion added) {
    return added.settled()
        ? Optional.empty()
        : Optional.of(
            "a column of type " + added.name() + " was added, and then that type changed");
  }
}
