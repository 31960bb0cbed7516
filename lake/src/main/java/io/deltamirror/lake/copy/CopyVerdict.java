package io.deltamirror.lake.copy;

import io.deltamirror.core.ErrorCode;

/** What becomes of a copy that failed. */
enum CopyVerdict {
  /** The host repeats the task: nothing is wrong with the table. */
  REPEAT,
  /** The worker takes another snapshot and plans the copy anew. */
  COPY_AGAIN,
  /** The table waits for a person. */
  FAIL;

  static CopyVerdict of(ErrorCode code) {
    return switch (code) {
      case STORAGE_UNAVAILABLE, STORAGE_FULL, STATE_UNAVAILABLE, MIRROR_CONFLICT, COMMIT_CONFLICT ->
          REPEAT;
      case COPY_FAILED,
          TABLE_REWRITTEN,
          SOURCE_UNREACHABLE,
          SOURCE_SLOTS,
          SOURCE_SLOT_IN_USE,
          SOURCE_FAILED ->
          COPY_AGAIN;
      default -> FAIL;
    };
  }
}
