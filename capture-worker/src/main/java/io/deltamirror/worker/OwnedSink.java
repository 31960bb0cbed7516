package io.deltamirror.worker;

import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.state.Fault;
import io.deltamirror.worker.lease.Tenure;
import io.deltamirror.worker.stream.EventSink;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A worker's sink for one tenure: takes nothing more once that is over. What was on its way then
 * arrives with an old fence.
 */
record OwnedSink(EventSink sink, Tenure tenure) implements EventSink {
  @Override
  public int partitions() {
    return sink.partitions();
  }

  @Override
  public Optional<Instant> created() {
    return sink.created();
  }

  @Override
  public void publish(List<HubEvent> events) throws InterruptedException {
    tenure.require();
    sink.publish(events);
  }

  @Override
  public Optional<Fault> trouble() {
    return sink.trouble();
  }

  /** The sink outlives the tenure. */
  @Override
  public void close() {}
}
