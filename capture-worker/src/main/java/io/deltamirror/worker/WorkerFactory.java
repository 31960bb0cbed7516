package io.deltamirror.worker;

import com.azure.messaging.eventhubs.EventHubProducerClient;
import io.deltamirror.core.source.PasswordSource;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.worker.publish.HubPublisher;
import io.deltamirror.worker.publish.LargeBatches;
import io.deltamirror.worker.seed.HubCopyTasks;
import io.deltamirror.worker.seed.MirrorSeeding;
import io.deltamirror.worker.stream.StreamSettings;
import java.time.Clock;
import java.util.function.Function;

/**
 * Puts a mirror's worker together. Thread-safe.
 *
 * @param store of all mirrors' state
 * @param lake for batches that no event can hold
 * @param hubs the namespace
 * @param changesHub name of the hub for changes
 * @param copyTasks sends to the hub for copy tasks; not closed
 * @param publishLanes tables that are sent side by side
 * @param times how long workers wait for others
 */
public record WorkerFactory(
    MirrorStore store,
    LakeStorage lake,
    HubClients hubs,
    String changesHub,
    EventHubProducerClient copyTasks,
    PasswordSource passwords,
    int publishLanes,
    WorkerTimes times,
    StreamSettings settings,
    Clock clock)
    implements Function<MirrorDefinition, CaptureWorker> {

  @Override
  public CaptureWorker apply(MirrorDefinition definition) {
    MirrorState state = new MirrorState(store, definition.name());
    SourceSession sessions =
        new SourceSession(definition.source(), passwords).answeringWithin(times.source());
    TablePatterns chosen = new TablePatterns(definition.tables());
    return new CaptureWorker(
        state,
        sessions,
        tenure ->
            new MirrorSeeding(
                sessions,
                tenure,
                chosen,
                definition.types(),
                new HubCopyTasks(copyTasks),
                times.drain(),
                clock),
        new HubPublisher(hubs.producer(changesHub), new LargeBatches(lake), publishLanes),
        settings,
        times,
        clock);
  }
}
