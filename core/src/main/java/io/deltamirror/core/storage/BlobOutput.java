package io.deltamirror.core.storage;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.options.BlockBlobCommitBlockListOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.options.BlockBlobStageBlockOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import io.deltamirror.core.azure.StorageRequests;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * A large file as staged blocks; for one thread. Nothing of it is visible before it is closed. A
 * buffer that was sent is not used again: a request that was given up may still be on its way, and
 * must not carry other bytes under the same block id.
 */
final class BlobOutput extends LakeOutput {
  static final int BLOCK = 8 << 20;

  /** The service takes no more. */
  private static final int MOST_BLOCKS = 50_000;

  private static final int FIRST_BUFFER = 64 << 10;

  private final String path;
  private final BlockBlobClient blob;
  private final StorageRequests requests;

  /** Part of the block ids: what another writer of the same path has staged is never listed. */
  private final String writer = UUID.randomUUID().toString();

  private final List<String> blocks = new ArrayList<>();
  private byte[] buffer = new byte[FIRST_BUFFER];
  private int filled;
  private long position;
  private boolean ended;
  private boolean broken;

  BlobOutput(String path, BlockBlobClient blob, StorageRequests requests) {
    this.path = path;
    this.blob = blob;
    this.requests = requests;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void write(int b) throws IOException {
    makeRoom();
    buffer[filled++] = (byte) b;
    position++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      makeRoom();
      int n = Math.min(buffer.length - filled, length - done);
      System.arraycopy(bytes, offset + done, buffer, filled, n);
      filled += n;
      done += n;
    }
    position += length;
  }

  private void makeRoom() throws IOException {
    if (ended) {
      throw new IOException(path + " is closed");
    }
    if (filled < buffer.length) {
      return;
    }
    if (buffer.length < BLOCK) {
      buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, BLOCK));
      return;
    }
    stage();
    buffer = new byte[BLOCK];
  }

  private void stage() throws IOException {
    if (blocks.size() == MOST_BLOCKS) {
      throw new IOException(path + " has more than " + MOST_BLOCKS + " blocks");
    }
    String id = String.format(Locale.ROOT, "%s-%05d", writer, blocks.size());
    String encoded = Base64.getEncoder().encodeToString(id.getBytes(StandardCharsets.US_ASCII));
    BinaryData content = content();
    sending(
        () ->
            requests.run(
                unanswered ->
                    blob.stageBlockWithResponse(
                        new BlockBlobStageBlockOptions(encoded, content), null, Context.NONE)));
    blocks.add(encoded);
    filled = 0;
  }

  private BinaryData content() {
    return BinaryData.fromBytes(filled == buffer.length ? buffer : Arrays.copyOf(buffer, filled));
  }

  @Override
  public void close() throws IOException {
    if (ended) {
      return;
    }
    ended = true;
    if (broken) {
      return; // a file that could not be written whole must never appear
    }
    Failpoints.reachIo(Failpoint.LAKE_CLOSING);
    finish();
    Failpoints.reachIo(Failpoint.LAKE_CLOSED);
  }

  private void finish() throws IOException {
    if (blocks.isEmpty()) {
      BlockBlobSimpleUploadOptions whole = new BlockBlobSimpleUploadOptions(content());
      sending(() -> requests.run(unanswered -> blob.uploadWithResponse(whole, null, Context.NONE)));
      return;
    }
    if (filled > 0) {
      stage();
    }
    // Listing the same blocks twice, after a lost answer, makes the same file.
    sending(
        () ->
            requests.run(
                unanswered ->
                    blob.commitBlockListWithResponse(
                        new BlockBlobCommitBlockListOptions(blocks), null, Context.NONE)));
  }

  private void sending(BlobLakeStorage.Asking<?> request) throws IOException {
    boolean before = broken;
    broken = true;
    BlobLakeStorage.asking(path, request);
    broken = before;
  }

  @Override
  public void abort() {
    ended = true;
    buffer = new byte[0];
  }
}
