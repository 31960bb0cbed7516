package io.deltamirror.reader;

import io.delta.standalone.DeltaLog;
import io.delta.standalone.Snapshot;
import io.delta.standalone.data.CloseableIterator;
import io.delta.standalone.data.RowRecord;
import io.deltamirror.reader.SourceTable.SourceColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * delta-standalone: a reader of protocol version 1 and nothing newer, as old engines are. It reads
 * timestamps of Parquet's retired INT96 alone; at one of INT64, which Kernel and the mirror write,
 * it fails with a {@code MatchError}.
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
      case "numeric" -> record.getBigDecimal(name);
      case "bytea" -> record.getBinary(name);
      case "date" -> record.getDate(name).toLocalDate();
      case "timestamp without time zone", "timestamp with time zone" ->
          record.getTimestamp(name).toInstant();
      default -> record.getString(name);
    };
  }
}
