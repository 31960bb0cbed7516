package io.deltamirror.lake.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DecimalType;
import io.deltamirror.core.schema.ColumnTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.junit.jupiter.api.Test;

/** What {@code docs/types.md} says of Parquet and Delta is how each form is kept. */
class TypesDocTest {
  private static final Path DOCUMENT = Path.of("../docs/types.md");

  @Test
  void eachFormIsKeptAsDocumented() throws IOException {
    List<String> documented = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (!line.startsWith("| `")) {
        continue;
      }
      String[] cell = line.replace("`", "").split("\\|");
      String form = cell[2].strip();
      StorageType storage = StorageType.of(ColumnTypes.parse(form));
      documented.add(form + " | " + cell[4].strip() + " | " + cell[5].strip());
      kept.add(form + " | " + parquet(storage) + " | " + delta(storage.delta()));
    }
    assertThat(documented).hasSizeGreaterThan(80).isEqualTo(kept);
  }

  private static String parquet(StorageType type) {
    PrimitiveTypeName primitive = type.primitive();
    return "LIST of ".repeat(type.depth())
        + primitive
        + (type.annotation() == null ? "" : " " + type.annotation());
  }

  private static String delta(DataType type) {
    if (type instanceof ArrayType array) {
      return "array<" + delta(array.getElementType()) + ">";
    }
    if (type instanceof DecimalType decimal) {
      return "decimal(" + decimal.getPrecision() + "," + decimal.getScale() + ")";
    }
    return type.toString();
  }
}
