package io.deltamirror.worker.publish;

import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.BatchHeader;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.storage.LakePaths;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.StorageErrors;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Puts batches that no event can hold into the lake. Thread-safe. */
public final class LargeBatches {
  private final LakeStorage lake;

  public LargeBatches(LakeStorage lake) {
    this.lake = lake;
  }

  /**
   * Writes the batch; the file is there when this returns. A batch of the same changes that was
   * stored before a crash stays as it is: events may still refer to it.
   *
   * @throws MirrorException {@code STORAGE_UNAVAILABLE} or {@code STORAGE_FULL}
   */
  BatchReference store(ChangeBatch batch) {
    BatchHeader header = batch.header();
    byte[] body = batch.body();
    String hash = sha256(body);
    String path =
        LakePaths.large(header.mirror(), header.table().oid(), header.first(), header.last(), hash);
    try {
      lake.replace(path, body);
    } catch (IOException e) {
      throw StorageErrors.of("a large batch could not be written to " + path, e);
    }
    Failpoints.reach(Failpoint.STREAM_LARGE_BATCH_WRITTEN);
    return new BatchReference(header, path, body.length, hash);
  }

  private static String sha256(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
