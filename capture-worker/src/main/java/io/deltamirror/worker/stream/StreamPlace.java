package io.deltamirror.worker.stream;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import java.util.Map;
import java.util.Optional;

/** Where the stream is: in which transaction, behind which, and what was said of it last. */
final class StreamPlace {
  /** The last offset that an event carried. */
  private StreamOffset offset;

  /** The last transaction that ended, and the LSN behind it. */
  private Transaction ended;

  private long endedLsn;

  private Transaction current;
  private boolean repeated;
  private long ordinal;

  /**
   * @param from transactions up to it are passed over
   */
  StreamPlace(StreamOffset from) {
    this.offset = from;
    this.ended = new Transaction(from.commitLsn(), from.commitMicros(), 0);
    this.endedLsn = from.endLsn();
  }

  void begin(Transaction transaction) {
    current = transaction;
    repeated = Long.compareUnsigned(transaction.commitLsn(), offset.commitLsn()) <= 0;
    ordinal = 0;
  }

  void end(long commitLsn, long endLsn) {
    if (current == null || current.commitLsn() != commitLsn) {
      throw malformed("a COMMIT without its BEGIN");
    }
    if (!repeated) {
      ended = current;
      endedLsn = endLsn;
    }
    current = null;
  }

  /** Counts every change that the plugin shows, so that it comes out the same each time. */
  void change() {
    if (current == null) {
      throw malformed("a change outside of a transaction");
    }
    ordinal++;
  }

  boolean inTransaction() {
    return current != null;
  }

  /** Whether the present transaction was sent before. */
  boolean isRepeated() {
    return repeated;
  }

  /** The present one; not to be called outside of one. */
  Transaction transaction() {
    return current;
  }

  /** The last one that ended. */
  Transaction ended() {
    return ended;
  }

  /** The present one, else the last one; empty for one of before the start, without known xid. */
  Optional<Transaction> latest() {
    return Optional.of(current == null ? ended : current).filter(known -> known.xid() != 0);
  }

  /** Number of the present change in its transaction, from 1. */
  long ordinal() {
    return ordinal;
  }

  /** Of the present change. */
  Position position() {
    return new Position(offset.generation(), current.commitLsn(), ordinal);
  }

  /** Before the present change. */
  Position before() {
    return new Position(offset.generation(), current.commitLsn(), ordinal - 1);
  }

  /** Behind the last transaction that ended. */
  Position end() {
    return Position.endOf(offset.generation(), ended.commitLsn());
  }

  StreamOffset offset() {
    return offset;
  }

  /** Whether no transaction has ended that the offset does not tell of. */
  boolean isTold() {
    return ended.commitLsn() == offset.commitLsn();
  }

  /** Nothing of ours comes before an LSN. */
  void pass(long lsn) {
    endedLsn = lsn;
  }

  /** The offset behind the last transaction that ended. */
  StreamOffset reached(Map<Long, Position> sent) {
    return new StreamOffset(
        offset.generation(), ended.commitLsn(), endedLsn, ended.commitMicros(), sent);
  }

  /** An event has carried the offset. */
  void tell(StreamOffset reached) {
    offset = reached;
  }

  private static MirrorException malformed(String what) {
    return new MirrorException(ErrorCode.MALFORMED_EVENT, "the replication stream has " + what);
  }
}
