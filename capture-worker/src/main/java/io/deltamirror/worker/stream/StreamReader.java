package io.deltamirror.worker.stream;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.SourceErrors;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.StreamLabel;
import io.deltamirror.worker.pgoutput.PgOutputDecoder;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a replication slot in a thread of its own, which alone touches the connection: it decodes,
 * takes in the marks of seeds, and tells PostgreSQL how far it may forget, also while it waits for
 * room in the queue. Its methods may be called from any thread.
 */
final class StreamReader implements SeedMarks {
  private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);

  /** Much shorter than any sensible wal_sender_timeout. */
  private static final Duration STATUS_INTERVAL = Duration.ofMillis(500);

  private static final int BURST = 1000;
  private static final long SHORTEST_REST_NANOS = 1_000_000;
  private static final long LONGEST_REST_NANOS = 16_000_000;
  private static final long JOIN_MILLIS = 5_000;

  private final SourceSession sessions;
  private final ReplicationSource source;
  private final StreamLabel label;
  private final EventQueue queue;
  private final PgOutputDecoder decoder = new PgOutputDecoder();
  private final StreamAssembler assembler;
  private final Queue<Runnable> marks = new ConcurrentLinkedQueue<>();

  private Connection connection;
  private PGReplicationStream stream;
  private Thread thread;
  private long statusNanos;
  private volatile long flushedLsn;
  private volatile long heardNanos = System.nanoTime();
  private final AtomicLong sent = new AtomicLong();
  private volatile boolean stopping;
  private volatile Exception failure;

  /**
   * A reader that is not connected yet.
   *
   * @param label that the connection gets; its fence is in every event
   * @param from where to go on
   */
  StreamReader(
      String mirror,
      StreamLabel label,
      SourceSession sessions,
      ReplicationSource source,
      StreamOffset from,
      StreamSettings settings,
      TableShapes shapes) {
    this.sessions = sessions;
    this.source = source;
    this.label = label;
    this.queue = new EventQueue(settings.queueBytes());
    this.assembler =
        new StreamAssembler(
            mirror, label.fence(), from, settings, shapes, this::put, System::nanoTime);
    this.flushedLsn = from.endLsn();
  }

  /**
   * Connects and starts to read.
   *
   * @throws MirrorException with a {@code SOURCE_…} code
   */
  void start() {
    connection = sessions.openReplication();
    try {
      connection.setClientInfo("ApplicationName", label.toString());
      heard();
      stream =
          connection
              .unwrap(PGConnection.class)
              .getReplicationAPI()
              .replicationStream()
              .logical()
              .withSlotName(source.slot())
              .withStartPosition(LogSequenceNumber.valueOf(flushedLsn))
              .withSlotOption("proto_version", 1)
              .withSlotOption("publication_names", publicationNames())
              .withSlotOption("messages", true)
              // The driver would tell the server of every keepalive's LSN as flushed.
              .withAutomaticFlush(false)
              .start();
    } catch (SQLException e) {
      disconnect();
      throw SourceErrors.of("cannot read the slot " + source.slot(), e);
    }
    thread = new Thread(this::run, "mirror-stream-" + source.slot());
    thread.setDaemon(true);
    thread.start();
  }

  /** A list of identifiers, which pgoutput splits at commas outside of quotes. */
  private String publicationNames() {
    return source.publications().stream()
        .map(TableName::quote)
        .reduce((a, b) -> a + "," + b)
        .orElseThrow();
  }

  /**
   * The events since the last call, in their order; empty when none came for so long.
   *
   * @throws MirrorException when the stream has failed, after its last events
   */
  List<Outgoing> take(Duration patience) throws InterruptedException {
    List<Outgoing> events = queue.take(patience);
    Exception why = failure;
    if (!events.isEmpty() || why == null) {
      return events;
    }
    throw why instanceof MirrorException known
        ? known
        : new MirrorException(ErrorCode.INTERNAL, "the stream failed: " + why, why);
  }

  /** How many events were put out so far. */
  long sent() {
    return sent.get();
  }

  /** What {@link #flushed(long)} said last. */
  long flushed() {
    return flushedLsn;
  }

  /** Everything before this LSN is stored elsewhere; the server is told so shortly. */
  void flushed(long lsn) {
    flushedLsn = lsn;
  }

  @Override
  public void begin(long oid, int seed) {
    mark(() -> assembler.marks().begin(oid, seed));
  }

  @Override
  public void ready(long oid, int seed) {
    mark(() -> assembler.marks().ready(oid, seed));
  }

  @Override
  public void reshape(SourceTable table, long lsn) {
    mark(() -> assembler.marks().reshape(table, lsn));
  }

  @Override
  public void drop(long oid) {
    mark(() -> assembler.marks().drop(oid));
  }

  private void mark(Runnable mark) {
    marks.add(mark);
    LockSupport.unpark(thread);
  }

  private void run() {
    try {
      read();
    } catch (SQLException e) {
      fail(SourceErrors.of("the replication stream broke", e));
    } catch (CancellationException e) {
      LOG.debug("stopped while it waited for room");
    } catch (RuntimeException e) {
      fail(e);
    } finally {
      disconnect();
    }
  }

  private void fail(Exception e) {
    if (!stopping) {
      failure = e;
    }
  }

  private void read() throws SQLException {
    long rest = SHORTEST_REST_NANOS;
    while (!stopping) {
      for (Runnable mark = marks.poll(); mark != null; mark = marks.poll()) {
        mark.run();
      }
      boolean idle = readBurst() == 0;
      assembler.tick();
      reportStatus();
      if (idle) {
        assembler.quiet(stream.getLastReceiveLSN().asLong());
        LockSupport.parkNanos(rest);
      }
      rest = idle ? Math.min(2 * rest, LONGEST_REST_NANOS) : SHORTEST_REST_NANOS;
    }
    tellFlushed();
  }

  private int readBurst() throws SQLException {
    for (int read = 0; read < BURST; read++) {
      ByteBuffer message = stream.readPending();
      if (message == null) {
        if (stream.isClosed()) {
          throw new MirrorException(
              ErrorCode.SOURCE_UNREACHABLE, "the source ended the replication stream");
        }
        return read;
      }
      heard();
      decoder.decode(message, assembler);
    }
    return BURST;
  }

  private void heard() {
    heardNanos = System.nanoTime();
  }

  /** When the last message came, by {@link System#nanoTime()}; waiting for room counts as one. */
  long heardNanos() {
    return heardNanos;
  }

  private void put(Outgoing event) {
    try {
      while (!queue.offer(event, STATUS_INTERVAL)) {
        if (stopping) {
          throw new CancellationException();
        }
        heard();
        reportStatus();
      }
      sent.incrementAndGet();
      // A hub that is slow but takes events makes a burst last long, too.
      reportStatus();
    } catch (InterruptedException | SQLException e) {
      throw new MirrorException(ErrorCode.SOURCE_UNREACHABLE, "the replication stream broke", e);
    }
  }

  private void reportStatus() throws SQLException {
    if (System.nanoTime() - statusNanos >= STATUS_INTERVAL.toNanos()) {
      tellFlushed();
    }
  }

  private void tellFlushed() throws SQLException {
    LogSequenceNumber lsn = LogSequenceNumber.valueOf(flushedLsn);
    stream.setFlushedLSN(lsn);
    stream.setAppliedLSN(lsn);
    stream.forceUpdateStatus();
    Failpoints.reach(Failpoint.STREAM_SLOT_CONFIRMED);
    statusNanos = System.nanoTime();
  }

  private void disconnect() {
    try {
      // Not the stream: its close would first read all that the server still wants to send.
      connection.close();
    } catch (SQLException e) {
      LOG.debug("a connection that was gone already", e);
    }
  }

  /** Stops reading; what was put out can still be taken. Returns when the connection is closed. */
  void stop() throws InterruptedException {
    stopping = true;
    if (thread != null) {
      LockSupport.unpark(thread);
      thread.join(JOIN_MILLIS);
    }
  }
}
