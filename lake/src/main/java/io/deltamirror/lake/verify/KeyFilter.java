package io.deltamirror.lake.verify;

import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Or;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StructType;
import java.util.List;
import java.util.Optional;

/** Lets a scan for a few keys skip the files that cannot hold them. */
final class KeyFilter {
  /** Beyond this many keys hardly a file could be skipped. */
  private static final int MAX_KEYS = 64;

  private KeyFilter() {}

  /** A predicate that holds for the rows with the given keys, where it is worth one. */
  static Optional<Predicate> of(List<RowKey> keys, RowShape shape, StructType mirrored) {
    if (shape.keyless()) {
      return Optional.empty();
    }
    int first = shape.table().keyIndexes()[0];
    String name = shape.mirrored().get(first);
    DataType type = mirrored.get(name).getDataType();
    boolean wholeNumber = type instanceof IntegerType || type instanceof LongType;
    if (!wholeNumber || keys.size() > MAX_KEYS) {
      return Optional.empty();
    }
    List<String> values = keys.stream().map(key -> key.text(0, shape.form(first))).toList();
    if (values.contains(null)) {
      return Optional.empty();
    }
    return values.stream()
        .distinct()
        .map(value -> new Predicate("=", new Column(name), literal(value, type)))
        .reduce(Or::new);
  }

  private static Literal literal(String value, DataType type) {
    return type instanceof LongType
        ? Literal.ofLong(Long.parseLong(value))
        : Literal.ofInt(Integer.parseInt(value));
  }
}
