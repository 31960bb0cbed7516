package io.deltamirror.core.storage;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobDownloadContentResponse;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.DownloadRetryOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import io.deltamirror.core.azure.AnswerRefusedException;
import io.deltamirror.core.azure.StorageRequests;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads blobs range by range, of at most 8 MiB each, and checks that what comes is the range that
 * was asked for, of one version of the blob. Thread-safe.
 */
final class BlobRanges {
  private static final int LONGEST = 8 << 20;

  /** The largest file that is read at once. */
  private static final long MOST_AT_ONCE = 1 << 30;

  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-\\d+/(\\d{1,18})");

  private final BlobContainerClient container;
  private final BlobPaths paths;
  private final StorageRequests requests;

  BlobRanges(BlobContainerClient container, BlobPaths paths, StorageRequests requests) {
    this.container = container;
    this.paths = paths;
    this.requests = requests;
  }

  /**
   * Bytes of a blob.
   *
   * @param total length of the whole blob
   */
  private record Range(BinaryData content, long total, String etag) {
    byte[] bytes() {
      return content.toBytes();
    }
  }

  byte[] read(String path) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    Range range = range(path, 0, LONGEST, null);
    content.writeBytes(range.bytes());
    while (content.size() < range.total()) {
      if (range.total() > MOST_AT_ONCE) {
        throw new AnswerRefusedException(path + " has " + range.total() + " bytes");
      }
      range = range(path, content.size(), LONGEST, range.etag());
      content.writeBytes(range.bytes());
    }
    return content.toByteArray();
  }

  void readFully(String path, long position, byte[] into, int offset, int length)
      throws IOException {
    String etag = null;
    int done = 0;
    while (done < length) {
      int wanted = Math.min(LONGEST, length - done);
      Range range = range(path, position + done, wanted, etag);
      if (range.bytes().length < wanted) {
        throw new EOFException(path + " ends before " + (position + length));
      }
      System.arraycopy(range.bytes(), 0, into, offset + done, wanted);
      done += wanted;
      etag = range.etag();
    }
  }

  /** As much of the range as the blob has. */
  private Range range(String path, long position, int length, String etag) throws IOException {
    BlockBlobClient blob = container.getBlobClient(paths.name(path)).getBlockBlobClient();
    return BlobLakeStorage.asking(
        path,
        () -> {
          try {
            return checked(
                path,
                position,
                length,
                requests.run(
                    unanswered ->
                        blob.downloadContentWithResponse(
                            new DownloadRetryOptions().setMaxRetryRequests(0),
                            new BlobRequestConditions().setIfMatch(etag),
                            new BlobRange(position, (long) length),
                            false,
                            null,
                            Context.NONE)));
          } catch (RuntimeException e) {
            if (StorageRequests.status(e) == 416) {
              return new Range(BinaryData.fromBytes(new byte[0]), position, etag); // it ends before
            }
            throw e;
          }
        });
  }

  private static Range checked(
      String path, long position, int length, BlobDownloadContentResponse response)
      throws IOException {
    BinaryData content = response.getValue();
    String said = response.getDeserializedHeaders().getContentRange();
    Matcher range = CONTENT_RANGE.matcher(said == null ? "" : said);
    if (!range.matches() || Long.parseLong(range.group(1)) != position) {
      throw new AnswerRefusedException(path + ": another range than the one asked for");
    }
    long total = Long.parseLong(range.group(2));
    if (content.toBytes().length != Math.min(length, total - position)) {
      throw new AnswerRefusedException(path + ": a range of another length");
    }
    return new Range(content, total, response.getDeserializedHeaders().getETag());
  }
}
