package io.deltamirror.lake.apply;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.BatchHeader;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.Hash;
import io.deltamirror.core.change.HubEvent.BatchReference;
import io.deltamirror.core.change.HubEvent.ChangeBatch;
import io.deltamirror.core.storage.LakePaths;
import io.deltamirror.core.storage.LakeStorage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** Batches that were too large for an event and lie in the lake. Thread-safe. */
final class LargeBatches {
  private final LakeStorage storage;

  LargeBatches(LakeStorage storage) {
    this.storage = storage;
  }

  /**
   * Reads the batch that an event refers to.
   *
   * @throws MirrorException {@code MALFORMED_EVENT} when it is missing or not the one that was sent
   */
  ChangeBatch read(BatchReference reference) throws IOException {
    // The path follows from the rest: an event cannot have any other file of the lake read.
    if (!reference.path().equals(path(reference))) {
      throw new MirrorException(
          ErrorCode.MALFORMED_EVENT, "a reference to what is no large batch of its table");
    }
    byte[] body;
    try {
      if (storage.stat(reference.path()).length() != reference.length()) {
        throw malformed(reference, "has another length", null);
      }
      body = storage.read(reference.path());
    } catch (NoSuchFileException | FileNotFoundException | IllegalArgumentException e) {
      throw malformed(reference, "is missing", e);
    }
    if (!Hash.hex(body).equals(reference.sha256())) {
      throw malformed(reference, "has another hash", null);
    }
    if (EventCodec.decode(body) instanceof ChangeBatch batch
        && batch.header().equals(reference.header())) {
      return batch;
    }
    throw malformed(reference, "is another batch", null);
  }

  private static String path(BatchReference reference) {
    BatchHeader header = reference.header();
    return LakePaths.large(
        header.mirror(), header.table().oid(), header.first(), header.last(), reference.sha256());
  }

  private static MirrorException malformed(BatchReference reference, String what, Exception cause) {
    return new MirrorException(
        ErrorCode.MALFORMED_EVENT, "the large batch " + reference.path() + " " + what, cause);
  }
}
