package io.deltamirror.worker.stream;

import io.deltamirror.core.schema.TableSchema;
import java.util.List;

/** What follows from a table's shape, as it is shown, for the mirror. */
sealed interface ShapeStep {

  /**
   * The table goes on in this shape.
   *
   * @param schema with the values that old rows have in columns that are new
   * @param differences from the registered shape, in words; empty for none
   */
  record Onward(TableSchema schema, List<String> differences) implements ShapeStep {
    public Onward {
      differences = List.copyOf(differences);
    }
  }

  /**
   * Only a new seed is certainly right.
   *
   * @param why for people
   */
  record Anew(String why) implements ShapeStep {}
}
