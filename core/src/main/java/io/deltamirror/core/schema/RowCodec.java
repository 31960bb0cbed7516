package io.deltamirror.core.schema;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/**
 * Rows of one table in Avro: a record with one nullable field per column. Immutable and safe for
 * any number of threads.
 */
public final class RowCodec {
  /** Property of a field that holds the column's true name. */
  public static final String COLUMN_NAME = "pgName";

  private final TableSchema table;
  private final ColumnType[] types;
  private final Schema avro;

  /**
   * For rows of the given shape.
   *
   * @throws MirrorException {@code UNSUPPORTED_DATA_TYPE} for a form of a later version
   */
  public RowCodec(TableSchema table) {
    this.table = table;
    this.types = table.columns().stream().map(RowCodec::type).toArray(ColumnType[]::new);
    this.avro = schemaOf(table, types);
  }

  private static ColumnType type(Column column) {
    try {
      return ColumnTypes.of(column);
    } catch (IllegalArgumentException e) {
      throw new MirrorException(
          ErrorCode.UNSUPPORTED_DATA_TYPE,
          "column " + column.name() + " is carried in a form that this version does not know",
          e);
    }
  }

  /**
   * Reads the text form of a value.
   *
   * @param column its index
   * @throws UnfitValueException when the column's form cannot hold it
   * @throws MirrorException {@code VALUE_TOO_LARGE}; {@code TEXT_NOT_UTF8}
   */
  public Object parse(int column, byte[] text, int offset, int length) {
    try {
      return types[column].parse(text, offset, length);
    } catch (MirrorException e) {
      throw e.code() == ErrorCode.UNREPRESENTABLE_VALUE
          ? new UnfitValueException(table.columns().get(column), e)
          : e;
    }
  }

  public TableSchema table() {
    return table;
  }

  /** The type of each column, in the order of the table's columns. */
  public List<ColumnType> types() {
    return List.of(types);
  }

  public ColumnType type(int column) {
    return types[column];
  }

  /** The Avro record of a row. */
  public Schema avro() {
    return avro;
  }

  public void write(Object[] row, Encoder out) throws IOException {
    for (int i = 0; i < types.length; i++) {
      if (row[i] == null) {
        out.writeIndex(0);
      } else {
        out.writeIndex(1);
        types[i].write(row[i], out);
      }
    }
  }

  public Object[] read(Decoder in) throws IOException {
    Object[] row = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      int branch = in.readIndex();
      if (branch == 1) {
        row[i] = types[i].read(in);
      } else if (branch != 0) {
        throw new IOException("a union of two with branch " + branch);
      }
    }
    return row;
  }

  private static Schema schemaOf(TableSchema table, ColumnType[] types) {
    Set<String> taken = new HashSet<>();
    List<Schema.Field> fields = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      Column column = table.columns().get(i);
      Schema nullable = Schema.createUnion(Schema.create(Schema.Type.NULL), types[i].avro());
      Schema.Field field =
          new Schema.Field(
              avroName(column.name(), taken), nullable, null, JsonProperties.NULL_VALUE);
      field.addProp(COLUMN_NAME, column.name());
      fields.add(field);
    }
    return Schema.createRecord("Row", null, "io.deltamirror", false, fields);
  }

  /** Avro names are [A-Za-z_][A-Za-z0-9_]*; anything else becomes its code point in hex. */
  private static String avroName(String name, Set<String> taken) {
    StringBuilder legal = new StringBuilder();
    name.codePoints()
        .forEach(
            c -> {
              boolean letter = c == '_' || (c < 128 && Character.isLetter(c));
              boolean digit = c < 128 && Character.isDigit(c) && !legal.isEmpty();
              if (letter || digit) {
                legal.append((char) c);
              } else {
                legal.append(String.format(Locale.ROOT, "_x%04X_", c));
              }
            });
    String unique = legal.toString();
    for (int i = 2; !taken.add(unique); i++) {
      unique = legal + "_" + i;
    }
    return unique;
  }
}
