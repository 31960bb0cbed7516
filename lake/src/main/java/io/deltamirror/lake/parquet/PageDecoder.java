package io.deltamirror.lake.parquet;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Turns the bytes of one page of a REQUIRED column, as they lie in the file, into its values (<a
 * href="https://parquet.apache.org/docs/file-format/data-pages/">Parquet: data pages</a>). For one
 * thread.
 */
final class PageDecoder implements AutoCloseable {
  /** A page of keys is far smaller; a damaged header must not take all the memory. */
  private static final int LARGEST_PAGE = 256 << 20;

  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();

  /**
   * @param raw holds the page from {@code offset} on: header and data
   * @throws ParquetDecodingException when the page is not what the index says or its checksum is
   *     wrong
   */
  KeyValues decode(KeyPages pages, int page, byte[] raw, int offset) throws IOException {
    PageBody body = body(pages.codec(), raw, offset, pages.size(page));
    if (body.count() != pages.rows(page)) {
      throw new ParquetDecodingException(
          "Page has %d values for %d rows".formatted(body.count(), pages.rows(page)));
    }
    return body.values(pages.kind(), pages.column());
  }

  private PageBody body(CompressionCodecName codec, byte[] raw, int offset, int size) {
    ByteArrayInputStream in = new ByteArrayInputStream(raw, offset, size);
    PageHeader header = readHeader(in);
    int start = offset + size - in.available();
    int packed = header.getCompressed_page_size();
    int plain = header.getUncompressed_page_size();
    if (packed != in.available() || plain < 0 || plain > LARGEST_PAGE) {
      throw new ParquetDecodingException(
          "Page header gives %d and %d bytes".formatted(packed, plain));
    }
    checkSum(header, raw, start);
    if (header.isSetData_page_header()) {
      return new PageBody(
          header.getData_page_header().getNum_values(),
          Encoding.valueOf(header.getData_page_header().getEncoding().name()),
          unpack(codec, raw, start, packed, plain));
    }
    if (!header.isSetData_page_header_v2()) {
      throw new ParquetDecodingException("Page is no data page but " + header.getType());
    }
    DataPageHeaderV2 v2 = header.getData_page_header_v2();
    if (v2.getDefinition_levels_byte_length() != 0 || v2.getRepetition_levels_byte_length() != 0) {
      throw new ParquetDecodingException("Page of a required column has levels");
    }
    return new PageBody(
        v2.getNum_values(),
        Encoding.valueOf(v2.getEncoding().name()),
        unpack(
            v2.isIs_compressed() ? codec : CompressionCodecName.UNCOMPRESSED,
            raw,
            start,
            packed,
            plain));
  }

  private static PageHeader readHeader(ByteArrayInputStream in) {
    try {
      return Util.readPageHeader(in);
    } catch (IOException e) {
      throw new ParquetDecodingException("Page header cannot be read", e);
    }
  }

  private static void checkSum(PageHeader header, byte[] raw, int start) {
    if (!header.isSetCrc()) {
      return;
    }
    CRC32 crc = new CRC32();
    crc.update(raw, start, header.getCompressed_page_size());
    if ((int) crc.getValue() != header.getCrc()) {
      throw new ParquetDecodingException("Page has a wrong checksum");
    }
  }

  private byte[] unpack(CompressionCodecName codec, byte[] raw, int start, int packed, int plain) {
    if (codec == CompressionCodecName.UNCOMPRESSED) {
      return Arrays.copyOfRange(raw, start, start + packed);
    }
    byte[] bytes = new byte[plain];
    try {
      int length = zstd.decompressByteArray(bytes, 0, plain, raw, start, packed);
      if (length != plain) {
        throw new ParquetDecodingException(
            "Page has %d bytes instead of %d".formatted(length, plain));
      }
    } catch (ZstdException e) {
      throw new ParquetDecodingException("Page cannot be decompressed", e);
    }
    return bytes;
  }

  @Override
  public void close() {
    zstd.close();
  }
}
