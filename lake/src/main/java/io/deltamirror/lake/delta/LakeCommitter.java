package io.deltamirror.lake.delta;

import io.delta.kernel.commit.CommitFailedException;
import io.delta.kernel.commit.CommitMetadata;
import io.delta.kernel.commit.CommitResponse;
import io.delta.kernel.commit.Committer;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.actions.CommitInfo;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.commit.DefaultFileSystemManagedTableOnlyCommitter;
import io.delta.kernel.internal.files.ParsedPublishedDeltaData;
import io.delta.kernel.internal.util.FileNames;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a commit, with two things that Kernel's own committer lacks. It puts what the commit says
 * of its changes into {@code commitInfo} (passed as the transaction's committer properties). And
 * when writing fails, it looks whether the commit is there all the same: a lost answer leaves the
 * commit behind, and the next attempt of the storage's client even finds the file taken. Kernel
 * gives each transaction a random id; the one in the file says whose it is.
 *
 * <p>Stateless.
 */
final class LakeCommitter implements Committer {
  static final LakeCommitter INSTANCE = new LakeCommitter();

  private LakeCommitter() {}

  @Override
  public CommitResponse commit(
      Engine engine, CloseableIterator<Row> actions, CommitMetadata metadata)
      throws CommitFailedException {
    try {
      return DefaultFileSystemManagedTableOnlyCommitter.INSTANCE.commit(
          engine, described(actions, metadata), metadata);
    } catch (CommitFailedException e) {
      return ifWritten(engine, metadata).orElseThrow(() -> e);
    }
  }

  /** The first action is always commitInfo, which Kernel leaves without parameters. */
  private static CloseableIterator<Row> described(
      CloseableIterator<Row> actions, CommitMetadata metadata) {
    CommitInfo plain = metadata.getCommitInfo();
    Map<String, String> parameters = metadata.getCommitterProperties().get();
    CommitInfo described =
        new CommitInfo(
            plain.getInCommitTimestamp(),
            plain.getTimestamp(),
            plain.getEngineInfo(),
            plain.getOperation(),
            parameters,
            plain.getIsBlindAppend(),
            plain.getTxnId(),
            plain.getOperationMetrics());
    Row row = SingleAction.createCommitInfoSingleAction(described.toRow());
    return actions.map(action -> action.isNullAt(SingleAction.COMMIT_INFO_ORDINAL) ? action : row);
  }

  private static Optional<CommitResponse> ifWritten(Engine engine, CommitMetadata metadata) {
    String path = FileNames.deltaFile(metadata.getDeltaLogDirPath(), metadata.getVersion());
    try {
      FileStatus file = engine.getFileSystemClient().getFileStatus(path);
      return CommitInfo.tryReadCommitInfoFromDeltaFile(engine, file)
          .filter(info -> info.getTxnId().equals(metadata.getCommitInfo().getTxnId()))
          .map(info -> new CommitResponse(ParsedPublishedDeltaData.forFileStatus(file)));
    } catch (IOException | RuntimeException e) {
      // Not there, or not readable now: then the caller is told of the failure, and looks at the
      // position before it tries again.
      return Optional.empty();
    }
  }
}
