package io.deltamirror.lake.delta;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltamirror.core.json.Json;
import io.deltamirror.lake.parquet.ColumnStats;
import io.deltamirror.lake.parquet.DataFileStats;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * <a href="https://github.com/delta-io/delta/blob/master/PROTOCOL.md#per-file-statistics">Delta's
 * statistics of a data file</a>.
 *
 * @param rows in the file, deleted ones included
 * @param keyBounds bounds of the key's first column, by which data files are sorted first; unknown
 *     for a table without key
 */
record FileStatistics(long rows, KeyBounds keyBounds) {
  /** As other writers do ({@code delta.dataSkippingNumIndexedCols}); key columns always count. */
  private static final int INDEXED_COLUMNS = 32;

  // Decimals are exact, not doubles.
  private static final ObjectReader READER =
      Json.mapper().reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /** The statistics of a new file. */
  static String json(DataFileStats stats, TableColumns columns) {
    List<ColumnStats> indexed = new ArrayList<>();
    List<TableColumn> owners = new ArrayList<>();
    for (int i = 0; i < columns.all().size(); i++) {
      if (i < INDEXED_COLUMNS || columns.all().get(i).isKey()) {
        indexed.add(stats.columns().get(i));
        owners.add(columns.all().get(i));
      }
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator out = Json.mapper().getFactory().createGenerator(text)) {
      out.enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
      out.writeStartObject();
      out.writeNumberField("numRecords", stats.rows());
      writeBounds(out, "minValues", indexed, owners, ColumnStats::min, false);
      writeBounds(out, "maxValues", indexed, owners, ColumnStats::max, true);
      out.writeObjectFieldStart("nullCount");
      for (ColumnStats column : indexed) {
        out.writeNumberField(column.name(), column.nullCount());
      }
      out.writeEndObject();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void writeBounds(
      JsonGenerator out,
      String name,
      List<ColumnStats> columns,
      List<TableColumn> owners,
      Function<ColumnStats, Object> bound,
      boolean upper)
      throws IOException {
    out.writeObjectFieldStart(name);
    for (int i = 0; i < columns.size(); i++) {
      Object value = bound.apply(columns.get(i));
      if (value != null) {
        BoundText.write(out, columns.get(i).name(), owners.get(i).type(), value, upper);
      }
    }
    out.writeEndObject();
  }

  /**
   * Reads statistics, whoever wrote them.
   *
   * @throws IllegalArgumentException when the number of rows is missing
   */
  static FileStatistics parse(String json, TableColumns columns) {
    JsonNode stats = tree(json);
    JsonNode rows = stats.get("numRecords");
    if (rows == null || !rows.isIntegralNumber()) {
      throw new IllegalArgumentException("a data file without number of rows");
    }
    return new FileStatistics(rows.longValue(), keyBounds(stats, columns));
  }

  private static KeyBounds keyBounds(JsonNode stats, TableColumns columns) {
    int[] key = columns.keyIndexes();
    if (key.length == 0) {
      return KeyBounds.UNKNOWN;
    }
    return bounds(stats, columns.all().get(key[0]));
  }

  private static KeyBounds bounds(JsonNode stats, TableColumn column) {
    String name = column.physicalName();
    return new KeyBounds(
        BoundText.read(stats.path("minValues").get(name), column.type(), false),
        BoundText.read(stats.path("maxValues").get(name), column.type(), true));
  }

  /** Bounds of any columns; unknown where there are none of use, whoever wrote them. */
  static List<KeyBounds> bounds(String json, List<TableColumn> columns) {
    JsonNode stats = tree(json);
    List<KeyBounds> bounds = new ArrayList<>();
    for (TableColumn column : columns) {
      try {
        bounds.add(bounds(stats, column));
      } catch (DateTimeException | ArithmeticException e) {
        bounds.add(KeyBounds.UNKNOWN);
      }
    }
    return bounds;
  }

  /** The same once rows are deleted: the bounds still hold, but need not be met any more. */
  static String withoutTightBounds(String json) {
    ObjectNode stats = (ObjectNode) tree(json);
    return stats.put("tightBounds", false).toString();
  }

  private static JsonNode tree(String json) {
    try {
      return READER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("statistics of a data file are not JSON", e);
    }
  }
}
