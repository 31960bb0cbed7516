package io.deltamirror.lake.delta;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import io.deltamirror.core.storage.LakeStorage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;
import org.roaringbitmap.RoaringBitmap;

/**
 * Deletion vectors of a table, in files of <a
 * href="https://github.com/delta-io/delta/blob/master/PROTOCOL.md#deletion-vector-file-storage-format">Delta's
 * format</a>: a version byte, then for each vector its size, its bitmap and a CRC-32.
 *
 * <p>A bitmap is an array of 32-bit Roaring bitmaps in portable form, by the upper half of a
 * position. No data file has 2^32 rows, so only the first of them ever holds anything.
 */
final class DeletionVectorFile {
  private static final int VERSION = 1;
  private static final int MAGIC = 1681511377;
  private static final int CRC_BYTES = Integer.BYTES;

  private DeletionVectorFile() {}

  /** Writes the sets into one new file, and says for each where it is. */
  static List<DeletionVectorDescriptor> write(
      LakeStorage storage, String table, List<RowSet> vectors) throws IOException {
    UUID id = UUID.randomUUID();
    List<DeletionVectorDescriptor> descriptors = new ArrayList<>();
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(content);
    out.writeByte(VERSION);
    for (RowSet rows : vectors) {
      byte[] bitmap = encode(rows);
      CRC32 crc = new CRC32();
      crc.update(bitmap);
      int offset = out.size();
      out.writeInt(bitmap.length);
      out.write(bitmap);
      out.writeInt((int) crc.getValue());
      descriptors.add(
          new DeletionVectorDescriptor(
              DeletionVectorDescriptor.UUID_DV_MARKER,
              Base85Codec.encodeUUID(id),
              Optional.of(offset),
              bitmap.length,
              rows.size()));
    }
    storage.create(table + "/deletion_vector_" + id + ".bin", content.toByteArray());
    return descriptors;
  }

  /** Reads one back, whoever wrote it. */
  static RowSet read(LakeStorage storage, String table, DeletionVectorDescriptor descriptor)
      throws IOException {
    if (descriptor.isInline()) {
      return decode(descriptor.inlineData());
    }
    if (descriptor.getStorageType().equals(DeletionVectorDescriptor.PATH_DV_MARKER)) {
      throw new IOException("a deletion vector outside the table's folder");
    }
    // The size is that of the bitmap alone; the vector's frame is around it.
    byte[] frame = new byte[Integer.BYTES + descriptor.getSizeInBytes() + CRC_BYTES];
    String path = LakeFileIO.lakePath(descriptor.getAbsolutePath(LakeFileIO.kernelPath(table)));
    storage.readFully(path, descriptor.getOffset().orElse(1), frame, 0, frame.length);
    ByteBuffer in = ByteBuffer.wrap(frame);
    int size = in.getInt();
    CRC32 crc = new CRC32();
    crc.update(frame, Integer.BYTES, descriptor.getSizeInBytes());
    int expected = in.getInt(Integer.BYTES + descriptor.getSizeInBytes());
    if (size != descriptor.getSizeInBytes() || (int) crc.getValue() != expected) {
      throw new IOException("deletion vector of " + path + " is damaged");
    }
    return decode(Arrays.copyOfRange(frame, Integer.BYTES, Integer.BYTES + size));
  }

  private static byte[] encode(RowSet rows) {
    RoaringBitmap bitmap = rows.bitmap();
    ByteBuffer out =
        ByteBuffer.allocate(
                Integer.BYTES + Long.BYTES + Integer.BYTES + bitmap.serializedSizeInBytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(MAGIC).putLong(1).putInt(0);
    bitmap.serialize(out);
    return out.array();
  }

  private static RowSet decode(byte[] payload) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (in.getInt() != MAGIC) {
        throw new IOException("a deletion vector of another format");
      }
      RoaringBitmap rows = new RoaringBitmap();
      long bitmaps = in.getLong();
      for (long i = 0; i < bitmaps; i++) {
        int upper = in.getInt();
        RoaringBitmap bitmap = new RoaringBitmap();
        bitmap.deserialize(in);
        // Deserializing leaves the buffer where it was.
        in.position(in.position() + bitmap.serializedSizeInBytes());
        if (upper != 0 && !bitmap.isEmpty()) {
          throw new IOException("a deletion vector of more than 2^32 rows");
        }
        rows.or(bitmap);
      }
      return RowSet.of(rows);
    } catch (RuntimeException e) {
      throw new IOException("a malformed deletion vector", e);
    }
  }
}
