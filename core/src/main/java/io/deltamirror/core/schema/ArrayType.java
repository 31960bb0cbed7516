package io.deltamirror.core.schema;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/**
 * An array as an unmodifiable {@code java.util.List} of its elements' values, null for NULL. An
 * array that is declared with more than one dimension is an array of arrays, whose inner ones are
 * never null.
 *
 * <p>PostgreSQL does not hold a value to its declared dimensions. One with others, or with bounds
 * that do not begin at 1, is refused as {@code UNREPRESENTABLE_VALUE}: a list cannot say so. The
 * empty array has no dimensions, so it is the empty list whatever is declared. Of more than {@link
 * #MAX_ELEMENTS} elements none is a list, as they take many times the room of their text.
 *
 * @param element another array for each further dimension
 * @param delimiter {@code pg_type.typdelim} of the innermost elements: a comma, or the semicolon of
 *     box
 */
public record ArrayType(ColumnType element, char delimiter) implements ColumnType {
  /** PostgreSQL's MAXDIM. */
  public static final int MAX_DIMENSIONS = 6;

  /** Of one value, over all its dimensions, inner arrays counted too. */
  public static final int MAX_ELEMENTS = 1 << 20;

  public ArrayType {
    boolean known = delimiter == ',' || delimiter == ';';
    boolean even = !(element instanceof ArrayType inner) || inner.delimiter == delimiter;
    if (!known || !even || depth(element) >= MAX_DIMENSIONS) {
      throw new IllegalArgumentException("no array is delimited or nested so: " + element);
    }
  }

  /** Of elements between commas, or of arrays like the given one. */
  public ArrayType(ColumnType element) {
    this(element, element instanceof ArrayType inner ? inner.delimiter : ',');
  }

  private static int depth(ColumnType type) {
    return type instanceof ArrayType array ? array.dimensions() : 0;
  }

  /** How many levels of lists a value has. */
  public int dimensions() {
    return 1 + depth(element);
  }

  @Override
  public String form() {
    boolean told = delimiter != ',' && !(element instanceof ArrayType);
    return "array(" + element.form() + (told ? delimiter : "") + ")";
  }

  @Override
  public Schema avro() {
    return Schema.createArray(Schema.createUnion(Schema.create(Schema.Type.NULL), element.avro()));
  }

  @Override
  public Object parse(byte[] text, int offset, int length) {
    ColumnType.checkLength("array", length);
    return new ArrayText(this, text, offset, length).read();
  }

  @Override
  public void write(Object value, Encoder out) throws IOException {
    List<?> list = (List<?>) value;
    out.writeArrayStart();
    out.setItemCount(list.size());
    for (Object item : list) {
      out.startItem();
      out.writeIndex(item == null ? 0 : 1);
      if (item != null) {
        element.write(item, out);
      }
    }
    out.writeArrayEnd();
  }

  @Override
  public Object read(Decoder in) throws IOException {
    return read(in, new int[] {MAX_ELEMENTS});
  }

  /**
   * Room is taken as elements come, each of at least a byte: a count alone takes none.
   *
   * @param left how many elements there may still be
   */
  private List<Object> read(Decoder in, int[] left) throws IOException {
    List<Object> list = new ArrayList<>(0);
    for (long n = in.readArrayStart(); n != 0; n = in.arrayNext()) {
      if (n < 0 || n > left[0]) {
        throw new IOException("an array of more than " + MAX_ELEMENTS + " elements");
      }
      left[0] -= (int) n;
      for (; n > 0; n--) {
        list.add(item(in, left));
      }
    }
    return Collections.unmodifiableList(list);
  }

  private Object item(Decoder in, int[] left) throws IOException {
    int branch = in.readIndex();
    if (branch == 0 && !(element instanceof ArrayType)) {
      return null;
    }
    if (branch != 1) {
      throw new IOException("an element of branch " + branch);
    }
    return element instanceof ArrayType inner ? inner.read(in, left) : element.read(in);
  }
}
