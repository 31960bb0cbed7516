package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.BatchHeader;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.storage.LakePaths;
import io.deltamirror.core.storage.LakeStorage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/**
 * Batches of a table that wait for a seed, as files whose names sort in the order of the stream. To
 * put one twice changes nothing. Thread-safe.
 */
final class Spool {
  private final LakeStorage storage;
  private final String mirror;
  private final long oid;

  Spool(LakeStorage storage, String mirror, long oid) {
    this.storage = storage;
    this.mirror = mirror;
    this.oid = oid;
  }

  void put(int seed, ChangeBatch batch) throws IOException {
    BatchHeader header = batch.header();
    storage.replace(
        LakePaths.spooled(mirror, oid, seed, header.first(), header.last()), batch.body());
  }

  /** What waits for the seed, in order. */
  List<PendingBatch> list(int seed) throws IOException {
    return storage.list(LakePaths.spool(mirror, oid, seed), "").stream()
        .<PendingBatch>map(file -> () -> read(file.path()))
        .toList();
  }

  private ChangeBatch read(String path) throws IOException {
    byte[] body;
    try {
      body = storage.read(path);
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw new MirrorException(
          ErrorCode.COMMIT_CONFLICT, path + " has been applied by another invocation", e);
    }
    if (EventCodec.decode(body) instanceof ChangeBatch batch) {
      return batch;
    }
    throw new MirrorException(ErrorCode.MALFORMED_EVENT, path + " is no change batch");
  }

  void delete(int seed) throws IOException {
    storage.deleteFolder(LakePaths.spool(mirror, oid, seed));
  }
}
