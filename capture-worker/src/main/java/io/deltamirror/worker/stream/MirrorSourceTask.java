package io.deltamirror.worker.stream;

import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/**
 * The task of {@link MirrorSourceConnector}: hands over what its {@link StreamReader} reads, and
 * tells it what is stored. The value of a record is a {@link io.deltamirror.core.change.HubEvent}.
 */
public final class MirrorSourceTask extends SourceTask {
  static final Map<String, Object> PARTITION = Map.of("stream", "wal");

  private static final Duration POLL = Duration.ofMillis(100);

  private StreamReader reader;
  private StreamOffset lastOffset;
  private Map<String, Object> lastOffsetMap;
  private Map<String, ?> processed;

  @Override
  public void start(Map<String, String> properties) {
    reader = StreamParts.find(properties.get(StreamParts.ID)).reader();
    reader.start();
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    List<SourceRecord> records = new ArrayList<>();
    for (Outgoing outgoing : reader.take(POLL)) {
      records.add(
          new SourceRecord(PARTITION, offset(outgoing), "changes", null, null, outgoing.event()));
    }
    return records.isEmpty() ? null : records;
  }

  /** Many events in a row carry the same offset. */
  private Map<String, Object> offset(Outgoing outgoing) {
    if (!outgoing.offset().equals(lastOffset)) {
      lastOffset = outgoing.offset();
      lastOffsetMap = lastOffset.toConnect();
    }
    return lastOffsetMap;
  }

  @Override
  public void commitRecord(SourceRecord acknowledged, RecordMetadata none) {
    processed = acknowledged.sourceOffset();
  }

  /** Called behind a successful write of the offset of the last record that was acknowledged. */
  @Override
  public void commit() {
    if (processed != null) {
      Failpoints.reach(Failpoint.STREAM_OFFSET_STORED);
      reader.flushed(StreamOffset.endLsn(processed));
    }
  }

  @Override
  public void stop() {
    try {
      reader.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String version() {
    return "1";
  }
}
