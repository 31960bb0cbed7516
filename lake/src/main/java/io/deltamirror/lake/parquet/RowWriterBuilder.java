package io.deltamirror.lake.parquet;

import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.schema.MessageType;

/** Sets up parquet-avro's writer for a Parquet schema whose names Avro would not allow. */
final class RowWriterBuilder extends ParquetWriter.Builder<RowRecord, RowWriterBuilder> {
  /** Rows between two looks at the memory in use; by default up to 10,000, whatever their size. */
  private static final int ROWS_PER_MEMORY_CHECK = 100;

  private static final int FIRST_MEMORY_CHECK = 10;

  private static final int LARGEST_DICTIONARY = 1 << 20;
  private static final int SMALLEST_DICTIONARY = 8 << 10;
  private static final int ALL_DICTIONARIES = 32 << 20;

  /**
   * Tells Spark that dates and times are in the proleptic Gregorian calendar, as its own since 3.0.
   * Without it Spark takes a day before 1582-10-15 or a moment before 1900 for ambiguous, and by
   * its default setting refuses to read the file.
   */
  private static final Map<String, String> CALENDAR = Map.of("org.apache.spark.version", "3.5.5");

  private final MessageType schema;
  private final Schema avroSchema;

  RowWriterBuilder(
      OutputFile file,
      MessageType schema,
      Schema avroSchema,
      List<String> keyNames,
      DataFileOptions options) {
    super(file);
    this.schema = schema;
    this.avroSchema = avroSchema;
    ParquetConfiguration configuration = new PlainParquetConfiguration();
    // Lists in the form that the Parquet format prescribes: with a null for a missing element.
    configuration.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, false);
    withConf(configuration);
    withCodecFactory(new PageCodecs(configuration, options.zstdLevel()));
    withCompressionCodec(CompressionCodecName.ZSTD);
    withWriterVersion(options.format());
    withRowGroupSize(options.rowGroupBytes());
    withPageRowCountLimit(options.pageRows());
    withMinRowCountForPageSizeCheck(FIRST_MEMORY_CHECK);
    withMaxRowCountForPageSizeCheck(ROWS_PER_MEMORY_CHECK);
    withDictionaryPageSize(dictionaryBytes(schema.getColumns().size()));
    // Nobody reads level histograms.
    withSizeStatisticsEnabled(false);
    for (String key : keyNames) {
      withDictionaryEncoding(key, false);
      if (options.bloomFilterKeys() > 0) {
        withBloomFilterEnabled(key, true);
        withBloomFilterNDV(key, options.bloomFilterKeys());
      }
    }
    if (!keyNames.isEmpty()) {
      withExtraMetaData(Map.of(SortColumns.ENTRY, SortColumns.encode(keyNames)));
    }
  }

  /**
   * Parquet does not count dictionaries as memory in use, and a short text takes ten times its
   * length there: so the columns of a wide table share what those of a narrow one have.
   */
  private static int dictionaryBytes(int columns) {
    return Math.max(SMALLEST_DICTIONARY, Math.min(LARGEST_DICTIONARY, ALL_DICTIONARIES / columns));
  }

  @Override
  protected RowWriterBuilder self() {
    return this;
  }

  @Override
  @Deprecated
  protected WriteSupport<RowRecord> getWriteSupport(Configuration configuration) {
    return new RowWriteSupport(schema, avroSchema);
  }

  @Override
  protected WriteSupport<RowRecord> getWriteSupport(ParquetConfiguration configuration) {
    return new RowWriteSupport(schema, avroSchema);
  }

  private static final class RowWriteSupport extends AvroWriteSupport<RowRecord> {
    private final MessageType schema;

    RowWriteSupport(MessageType schema, Schema avroSchema) {
      super(schema, avroSchema, GenericData.get());
      this.schema = schema;
    }

    /** Keeps the Avro schema out of the footer: its made-up names would mislead Avro readers. */
    @Override
    public WriteContext init(ParquetConfiguration configuration) {
      super.init(configuration);
      return new WriteContext(schema, CALENDAR);
    }
  }
}
