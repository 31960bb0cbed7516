package io.deltamirror.lake.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Compresses pages with zstd in one call each, on one native context; parquet-java opens a stream
 * per page, which for pages of a thousand rows costs more than the compression. Other codecs are
 * left to parquet-java. For one thread.
 */
final class PageCodecs implements CompressionCodecFactory {
  static final int DEFAULT_LEVEL = 1;

  private final ParquetConfiguration configuration;
  private final int level;
  private ZstdPages zstd;
  private CodecFactory others;

  PageCodecs(ParquetConfiguration configuration) {
    this(configuration, DEFAULT_LEVEL);
  }

  PageCodecs(ParquetConfiguration configuration, int level) {
    this.configuration = configuration;
    this.level = level;
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return codec == CompressionCodecName.ZSTD ? zstd() : others().getCompressor(codec);
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return codec == CompressionCodecName.ZSTD ? zstd() : others().getDecompressor(codec);
  }

  private ZstdPages zstd() {
    if (zstd == null) {
      zstd = new ZstdPages(level);
    }
    return zstd;
  }

  private CodecFactory others() {
    if (others == null) {
      others = new CodecFactory(configuration, 0);
    }
    return others;
  }

  @Override
  public void release() {
    if (zstd != null) {
      zstd.release();
      zstd = null;
    }
    if (others != null) {
      others.release();
      others = null;
    }
  }

  /** Buffers are used again for the next page, as parquet-java copies what it gets at once. */
  private static final class ZstdPages implements BytesInputCompressor, BytesInputDecompressor {
    private final ZstdCompressCtx compression;
    private final ZstdDecompressCtx decompression = new ZstdDecompressCtx();
    private final PageBuffer input = new PageBuffer();
    private byte[] packed = new byte[0];

    ZstdPages(int level) {
      compression = new ZstdCompressCtx().setLevel(level);
    }

    @Override
    public BytesInput compress(BytesInput page) throws IOException {
      input.fill(page);
      int bound = Math.toIntExact(Zstd.compressBound(input.size()));
      if (packed.length < bound) {
        packed = new byte[bound];
      }
      int length = compression.compressByteArray(packed, 0, bound, input.bytes(), 0, input.size());
      return BytesInput.from(packed, 0, length);
    }

    @Override
    public CompressionCodecName getCodecName() {
      return CompressionCodecName.ZSTD;
    }

    @Override
    public BytesInput decompress(BytesInput page, int length) throws IOException {
      return BytesInput.from(unpack(page, length));
    }

    @Override
    public void decompress(ByteBuffer page, int packedLength, ByteBuffer into, int length)
        throws IOException {
      into.put(unpack(BytesInput.from(page.slice(page.position(), packedLength)), length));
    }

    private byte[] unpack(BytesInput page, int length) throws IOException {
      input.fill(page);
      byte[] plain = new byte[length];
      int actual =
          decompression.decompressByteArray(plain, 0, length, input.bytes(), 0, input.size());
      if (actual != length) {
        throw new IOException("Page has " + actual + " bytes instead of " + length);
      }
      return plain;
    }

    @Override
    public void release() {
      compression.close();
      decompression.close();
    }
  }

  /** Gives access to its array without a copy. */
  private static final class PageBuffer extends ByteArrayOutputStream {
    void fill(BytesInput page) throws IOException {
      reset();
      page.writeAllTo(this);
    }

    byte[] bytes() {
      return buf;
    }
  }
}
