package io.deltamirror.reader;

import io.delta.standalone.DeltaLog;
import io.delta.standalone.Snapshot;
import io.delta.standalone.data.CloseableIterator;
import io.delta.standalone.data.RowRecord;
import io.delta.standalone.types.DecimalType;
import io.deltamirror.reader.SourceTable.SourceColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * delta-standalone: a reader of protocol version 1 and nothing newer, as old engines are. Two of
 * its faults decide how values must lie in a file for it: at a timestamp of INT64 it fails (it
 * knows INT96 alone), and of a decimal of INT64 it forgets the scale.
 */
final class StandaloneReader implements MirrorReader {
  @Override
  public TableRows read(SourceTable table, Path folder) {
    Snapshot snapshot = DeltaLog.forTable(new Configuration(), folder.toString()).snapshot();
    List<List<String>> rows = new ArrayList<>();
    try (CloseableIterator<RowRecord> records = snapshot.open()) {
      while (records.hasNext()) {
        RowRecord record = records.next();
        rows.add(table.columns().stream().map(column -> text(record, column)).toList());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> columns = Arrays.asList(snapshot.getMetadata().getSchema().getFieldNames());
    return TableRows.of(table, columns, rows);
  }

  private static String text(RowRecord record, SourceColumn column) {
    return record.isNullAt(column.name())
        ? null
        : ValueText.of(column.type(), value(record, column));
  }

  private static Object value(RowRecord record, SourceColumn column) {
    String name = column.name();
    return switch (column.type()) {
      case "boolean" -> record.getBoolean(name);
      case "smallint" -> record.getShort(name);
      case "integer" -> record.getInt(name);
      case "bigint" -> record.getLong(name);
      case "real" -> record.getFloat(name);
      case "double precision" -> record.getDouble(name);
      case "numeric" -> decimal(record, name);
      case "bytea" -> record.getBinary(name);
      case "date" -> record.getDate(name).toLocalDate();
      case "timestamp without time zone", "timestamp with time zone" ->
          record.getTimestamp(name).toInstant();
      default -> record.getString(name);
    };
  }

  /** It gives decimals with 18 fraction digits, whatever the column has. */
  private static BigDecimal decimal(RowRecord record, String name) {
    DecimalType type = (DecimalType) record.getSchema().get(name).getDataType();
    return record.getBigDecimal(name).setScale(type.getScale(), RoundingMode.UNNECESSARY);
  }
}
