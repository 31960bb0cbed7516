package io.deltamirror.core.failpoint;

import java.util.Arrays;

/**
 * The steps at which tests stop, crash, delay or repeat a process. One is added wherever a step
 * leaves a trace outside of the process: what the next step does not follow must be mended by
 * whoever comes after a crash.
 */
public enum Failpoint {
  APPLY_COMMITTED("apply.committed"),
  APPLY_COMMITTING("apply.committing"),
  APPLY_DEAD_LETTER_KEPT("apply.dead-letter-kept"),
  APPLY_DELETION_VECTOR_WRITTEN("apply.deletion-vector-written"),
  APPLY_FENCE_RAISED("apply.fence-raised"),
  APPLY_MARK_WRITTEN("apply.mark-written"),
  APPLY_PROGRESS_RECORDED("apply.progress-recorded"),
  APPLY_RESHAPED("apply.reshaped"),
  APPLY_RESHAPING("apply.reshaping"),
  APPLY_SEED_BEGUN("apply.seed-begun"),
  APPLY_SEED_LIVE("apply.seed-live"),
  APPLY_SPOOL_APPLIED("apply.spool-applied"),
  APPLY_SPOOL_DELETED("apply.spool-deleted"),
  APPLY_SPOOL_WRITTEN("apply.spool-written"),
  COPY_COMMITTED("copy.committed"),
  COPY_COMMITTING("copy.committing"),
  COPY_FILE_WRITTEN("copy.file-written"),
  COPY_MANIFEST_WRITTEN("copy.manifest-written"),
  COPY_PART_RECORDED("copy.part-recorded"),
  COPY_SEED_RECORDED("copy.seed-recorded"),
  DEAD_LETTER_BODY_WRITTEN("dead-letter.body-written"),
  GENERATION_DRAINED("generation.drained"),
  GENERATION_IDENTITY_STORED("generation.identity-stored"),
  GENERATION_PUBLICATIONS_MADE("generation.publications-made"),
  GENERATION_SLOT_CREATED("generation.slot-created"),
  GENERATION_SLOT_DROPPED("generation.slot-dropped"),
  GENERATION_TABLES_RESEEDED("generation.tables-reseeded"),
  HOST_CHECKPOINT_WRITING("host.checkpoint-writing"),
  HOST_CHECKPOINT_WRITTEN("host.checkpoint-written"),
  LAKE_CLOSED("lake.closed"),
  LAKE_CLOSING("lake.closing"),
  LAKE_CREATED("lake.created"),
  LAKE_CREATING("lake.creating"),
  LAKE_DELETING("lake.deleting"),
  LEASE_RENEWED("lease.renewed"),
  LEASE_STATE_SEALED("lease.state-sealed"),
  SEED_BEGIN_MARKING("seed.begin-marking"),
  SEED_COPYING_RECORDED("seed.copying-recorded"),
  SEED_MISSED_RECORDED("seed.missed-recorded"),
  SEED_PARTS_STORED("seed.parts-stored"),
  SEED_READY_MARKING("seed.ready-marking"),
  SEED_SNAPSHOT_EXPORTED("seed.snapshot-exported"),
  SEED_TABLE_PUBLISHED("seed.table-published"),
  SEED_TASK_SENDING("seed.task-sending"),
  SEED_TASK_SENT("seed.task-sent"),
  STORE_WRITING("store.writing"),
  STORE_WRITTEN("store.written"),
  STREAM_LARGE_BATCH_WRITTEN("stream.large-batch-written"),
  STREAM_OFFSET_STORED("stream.offset-stored"),
  STREAM_OFFSET_STORING("stream.offset-storing"),
  STREAM_SENDING("stream.sending"),
  STREAM_SENT("stream.sent"),
  STREAM_SHAPE_DECIDED("stream.shape-decided"),
  STREAM_SHAPE_REGISTERED("stream.shape-registered"),
  STREAM_SHAPE_REGISTERING("stream.shape-registering"),
  STREAM_SLOT_CONFIRMED("stream.slot-confirmed"),
  STREAM_TABLES_RESEEDED("stream.tables-reseeded"),
  STREAM_TRANSACTION_ENDED("stream.transaction-ended"),
  FENCE_TAKEN("worker.fence-taken");

  private final String id;

  Failpoint(String id) {
    this.id = id;
  }

  /** As {@code MIRROR_FAILPOINTS} names it: place and step. */
  public String id() {
    return id;
  }

  /**
   * Finds one by its id.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Failpoint of(String id) {
    return Arrays.stream(values())
        .filter(point -> point.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no failpoint " + id));
  }
}
