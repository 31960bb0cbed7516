package io.deltamirror.lake.parquet;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.avro.util.Utf8;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** Keys and rows from a seed, and schemas for them. */
final class RandomRows {
  private static final String LONG_PREFIX =
      "a common prefix longer than what page indexes keep of it ".repeat(2);

  final Random random;

  RandomRows(long seed) {
    random = new Random(seed);
  }

  static DataColumn column(ColumnKind kind, int position) {
    return new DataColumn("col-" + position + "-" + kind, kind);
  }

  static List<DataColumn> columns(List<ColumnKind> kinds) {
    return IntStream.range(0, kinds.size()).mapToObj(i -> column(kinds.get(i), i)).toList();
  }

  static List<String> names(List<DataColumn> columns) {
    return columns.stream().map(DataColumn::name).toList();
  }

  static MessageType schema(List<DataColumn> columns, Type.Repetition repetition) {
    List<Type> types = new ArrayList<>();
    for (DataColumn column : columns) {
      types.add(type(column, repetition, types.size() + 1));
    }
    return new MessageType("row", types);
  }

  static Type type(DataColumn column, Type.Repetition repetition, int id) {
    Types.PrimitiveBuilder<PrimitiveType> type =
        switch (column.kind()) {
          case INTEGER -> Types.primitive(PrimitiveTypeName.INT32, repetition);
          case LONG -> Types.primitive(PrimitiveTypeName.INT64, repetition);
          case DECIMAL ->
              Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
                  .length(ColumnKind.DECIMAL_BYTES)
                  .as(LogicalTypeAnnotation.decimalType(2, 38));
          case BOOLEAN -> Types.primitive(PrimitiveTypeName.BOOLEAN, repetition);
          case FLOAT -> Types.primitive(PrimitiveTypeName.FLOAT, repetition);
          case DOUBLE -> Types.primitive(PrimitiveTypeName.DOUBLE, repetition);
          case TEXT ->
              Types.primitive(PrimitiveTypeName.BINARY, repetition)
                  .as(LogicalTypeAnnotation.stringType());
          case BINARY -> Types.primitive(PrimitiveTypeName.BINARY, repetition);
        };
    if (column.isList()) {
      return list(column, id);
    }
    return id == 0 ? type.named(column.name()) : type.id(id).named(column.name());
  }

  /** As the Parquet format prescribes lists since 2014. */
  private static Type list(DataColumn column, int id) {
    DataColumn element = new DataColumn("element", column.kind(), column.depth() - 1);
    return Types.optionalGroup()
        .as(LogicalTypeAnnotation.listType())
        .addField(
            new GroupType(
                Type.Repetition.REPEATED, "list", type(element, Type.Repetition.OPTIONAL, 0)))
        .id(id)
        .named(column.name());
  }

  /** A value or a null; in a list every now and then, too. */
  Object nullable(DataColumn column, int variety) {
    if (random.nextInt(4) == 0) {
      return null;
    }
    if (!column.isList()) {
      return value(column.kind(), variety);
    }
    DataColumn element = new DataColumn("element", column.kind(), column.depth() - 1);
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(10) == 0 ? 40 : random.nextInt(4); i > 0; i--) {
      list.add(nullable(element, variety));
    }
    return list;
  }

  /**
   * @param variety about how many different values there are
   */
  Object value(ColumnKind kind, int variety) {
    int n = random.nextInt(variety) - variety / 3;
    return switch (kind) {
      case INTEGER -> n % 7 == 0 ? Integer.MIN_VALUE + n * n : n * 3;
      case LONG -> n % 7 == 0 ? Long.MIN_VALUE + (long) n * n : n * 1_000_000_007L;
      case DECIMAL -> BigInteger.valueOf(n).multiply(BigInteger.TEN.pow(n % 5 == 0 ? 30 : 1));
      case BOOLEAN -> n % 2 == 0;
      case FLOAT -> n % 11 == 0 ? Float.NaN : n % 13 == 0 ? -0f : n / 4f;
      case DOUBLE -> n % 11 == 0 ? Double.NaN : n % 13 == 0 ? -0d : n / 4d;
      case TEXT -> new Utf8(text(n));
      case BINARY -> ByteBuffer.wrap(binary(n));
    };
  }

  private static String text(int n) {
    return switch (Math.floorMod(n, 5)) {
      case 0 -> LONG_PREFIX + n;
      case 1 -> n % 9 == 1 ? "" : "é" + n;
      case 2 -> "\uD83D\uDE00" + n;
      default -> Integer.toString(n, 36);
    };
  }

  private static byte[] binary(int n) {
    byte[] bytes = new byte[Math.floorMod(n, 5) == 0 ? 80 : Math.floorMod(n, 4)];
    Arrays.fill(bytes, (byte) 0xff);
    for (int i = bytes.length - 1, rest = n; i >= 0 && i >= bytes.length - 4; i--, rest >>= 8) {
      bytes[i] = (byte) rest;
    }
    return bytes;
  }

  /** Different keys, sorted. */
  List<Object[]> keys(List<ColumnKind> kinds, List<Integer> varieties, int atMost) {
    TreeSet<Object[]> keys = new TreeSet<>(new KeyOrder(kinds));
    for (int i = 0; i < atMost; i++) {
      Object[] key = new Object[kinds.size()];
      for (int column = 0; column < key.length; column++) {
        key[column] = value(kinds.get(column), varieties.get(column));
      }
      keys.add(key);
    }
    return new ArrayList<>(keys);
  }
}
