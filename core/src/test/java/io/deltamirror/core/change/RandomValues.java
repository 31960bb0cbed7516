package io.deltamirror.core.change;

import io.deltamirror.core.schema.ArrayType;
import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.core.schema.DecimalType;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.util.Utf8;

/** Forms, and values of them, at random. */
final class RandomValues {
  private static final List<String> FORMS =
      List.of(
          "smallint",
          "integer",
          "bigint",
          "boolean",
          "real",
          "double",
          "decimal",
          "text",
          "binary",
          "ewkb",
          "date",
          "timestamp",
          "timestamp_ntz",
          "timestamptz");

  private RandomValues() {}

  static String form(Random random) {
    String form = FORMS.get(random.nextInt(FORMS.size()));
    if (form.equals("decimal")) {
      int precision = 1 + random.nextInt(DecimalType.MAX_PRECISION);
      form = "decimal(" + precision + "," + random.nextInt(precision + 1) + ")";
    }
    int dimensions = random.nextInt(3) > 0 ? 0 : 1 + random.nextInt(ArrayType.MAX_DIMENSIONS);
    if (dimensions > 0 && random.nextInt(8) == 0) {
      form = "text;";
    }
    return "array(".repeat(dimensions) + form + ")".repeat(dimensions);
  }

  static Object of(ColumnType type, Random random) {
    if (type instanceof ArrayType array) {
      return list(array, random);
    }
    if (type instanceof DecimalType decimal) {
      BigInteger unscaled =
          new BigInteger(130, random).mod(BigInteger.TEN.pow(decimal.precision()));
      BigInteger signed = random.nextBoolean() ? unscaled.negate() : unscaled;
      return decimal.fitsLong() ? (Object) signed.longValueExact() : signed;
    }
    return switch (type.form()) {
      case "boolean" -> random.nextBoolean();
      case "binary", "ewkb" -> {
        byte[] bytes = new byte[random.nextInt(30)];
        random.nextBytes(bytes);
        yield ByteBuffer.wrap(bytes);
      }
      case "bigint", "timestamp", "timestamp_ntz", "timestamptz" -> random.nextLong();
      case "smallint" -> (int) (short) random.nextInt();
      case "integer", "date" -> random.nextInt();
      case "real" -> Float.intBitsToFloat(random.nextInt() & 0xFF7F_FFFF);
      case "double" -> random.nextGaussian();
      case "text" -> new Utf8("text-ü-" + random.nextInt());
      default -> throw new AssertionError(type);
    };
  }

  private static List<Object> list(ArrayType array, Random random) {
    boolean nested = array.element() instanceof ArrayType;
    List<Object> list = new ArrayList<>();
    for (int left = random.nextInt(nested ? 3 : 5); left > 0; left--) {
      list.add(!nested && random.nextInt(5) == 0 ? null : of(array.element(), random));
    }
    return list;
  }
}
