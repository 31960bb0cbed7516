import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.kernel.Operation;
import io.delta.kernel.TableManager;
import io.delta.kernel.Transaction;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.ShortType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Writes a table of reader version 1 and writer version 2 with Kernel's public interface, until the
 * mirror itself writes such tables. Takes a folder with {@code rows.json}: the columns' names, their
 * types, and rows in PostgreSQL's text form. Each half of the rows is a commit.
 */
public final class CompatibleTable {
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    JsonNode content = new ObjectMapper().readTree(folder.resolve("rows.json").toFile());
    StructType schema = new StructType();
    for (int i = 0; i < content.path("columns").size(); i++) {
      String column = content.path("columns").get(i).asText();
      schema = schema.add(column, type(content.path("types").get(i).asText()));
    }
    List<JsonNode> rows = new ArrayList<>();
    content.path("rows").forEach(rows::add);
    String table = folder.resolve("table").toString();
    Engine engine = DefaultEngine.create(new Configuration());
    TableManager.buildCreateTableTransaction(table, schema, "test")
        .withTableProperties(Map.of("delta.checkpointInterval", "2"))
        .build(engine)
        .commit(engine, CloseableIterable.emptyIterable());
    append(engine, table, schema, rows.subList(0, rows.size() / 2));
    append(engine, table, schema, rows.subList(rows.size() / 2, rows.size()));
  }

  private static void append(Engine engine, String table, StructType schema, List<JsonNode> rows)
      throws Exception {
    Transaction transaction =
        TableManager.loadSnapshot(table)
            .build(engine)
            .buildUpdateTableTransaction("test", Operation.WRITE)
            .build(engine);
    Row state = transaction.getTransactionState(engine);
    var batch = new FilteredColumnarBatch(new Batch(schema, rows), Optional.empty());
    var data = Transaction.transformLogicalData(engine, state, only(batch), Map.of());
    var context = Transaction.getWriteContext(engine, state, Map.of());
    var files =
        engine
            .getParquetHandler()
            .writeParquetFiles(context.getTargetDirectory(), data, context.getStatisticsColumns());
    var actions = Transaction.generateAppendActions(engine, state, files, context);
    var result = transaction.commit(engine, CloseableIterable.inMemoryIterable(actions));
    for (var hook : result.getPostCommitHooks()) {
      hook.threadSafeInvoke(engine);
    }
  }

  private static DataType type(String type) {
    return switch (type) {
      case "boolean" -> BooleanType.BOOLEAN;
      case "smallint" -> ShortType.SHORT;
      case "integer" -> IntegerType.INTEGER;
      case "bigint" -> LongType.LONG;
      case "real" -> FloatType.FLOAT;
      case "double precision" -> DoubleType.DOUBLE;
      case "numeric" -> new DecimalType(30, 5);
      case "text" -> StringType.STRING;
      case "bytea" -> BinaryType.BINARY;
      case "date" -> DateType.DATE;
      default -> throw new IllegalArgumentException(type);
    };
  }

  private record Batch(StructType schema, List<JsonNode> rows) implements ColumnarBatch {
    @Override
    public StructType getSchema() {
      return schema;
    }

    @Override
    public ColumnVector getColumnVector(int ordinal) {
      return new Values(schema.at(ordinal).getDataType(), ordinal, rows);
    }

    @Override
    public int getSize() {
      return rows.size();
    }
  }

  private record Values(DataType type, int column, List<JsonNode> rows) implements ColumnVector {
    private String text(int row) {
      return rows.get(row).get(column).asText();
    }

    @Override
    public DataType getDataType() {
      return type;
    }

    @Override
    public int getSize() {
      return rows.size();
    }

    @Override
    public void close() {}

    @Override
    public boolean isNullAt(int row) {
      return rows.get(row).get(column).isNull();
    }

    @Override
    public boolean getBoolean(int row) {
      return text(row).equals("t");
    }

    @Override
    public short getShort(int row) {
      return Short.parseShort(text(row));
    }

    @Override
    public int getInt(int row) {
      return type instanceof DateType
          ? Math.toIntExact(LocalDate.parse(text(row)).toEpochDay())
          : Integer.parseInt(text(row));
    }

    @Override
    public long getLong(int row) {
      return Long.parseLong(text(row));
    }

    @Override
    public float getFloat(int row) {
      return Float.intBitsToFloat((int) HexFormat.fromHexDigitsToLong(text(row)));
    }

    @Override
    public double getDouble(int row) {
      return Double.longBitsToDouble(HexFormat.fromHexDigitsToLong(text(row)));
    }

    @Override
    public String getString(int row) {
      return text(row);
    }

    @Override
    public byte[] getBinary(int row) {
      return HexFormat.of().parseHex(text(row).substring(2));
    }

    @Override
    public BigDecimal getDecimal(int row) {
      return new BigDecimal(text(row));
    }
  }

  private static <T> CloseableIterator<T> only(T element) {
    Iterator<T> elements = List.of(element).iterator();
    return new CloseableIterator<>() {
      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public T next() {
        return elements.next();
      }

      @Override
      public void close() {}
    };
  }
}
