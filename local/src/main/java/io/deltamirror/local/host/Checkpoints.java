package io.deltamirror.local.host;

import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Up to where partitions are done, a small file each; deleted, their events come again. A partition
 * has one writer. They survive the end of the process; one that a power cut takes back only makes
 * events come twice.
 */
final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  /**
   * A partition's.
   *
   * @param sequenceNumber of the last event done
   */
  record Checkpoint(long sequenceNumber) {}

  private final Path folder;

  Checkpoints(Path folder) {
    this.folder = folder;
  }

  /** The sequence number of the last event done. */
  OptionalLong read(Trigger.Hub hub, String partition) {
    Path file = file(hub, partition);
    try {
      return OptionalLong.of(Json.read(Files.readString(file), Checkpoint.class).sequenceNumber());
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    } catch (IllegalArgumentException e) {
      LOG.warn("{} is not a checkpoint; events come again", file);
      return OptionalLong.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  void write(Trigger.Hub hub, String partition, long sequenceNumber) {
    Path file = file(hub, partition);
    try {
      Files.createDirectories(file.getParent());
      Failpoints.reach(Failpoint.HOST_CHECKPOINT_WRITING);
      Path unfinished = file.resolveSibling("." + file.getFileName());
      Files.writeString(unfinished, Json.write(new Checkpoint(sequenceNumber)));
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Failpoints.reach(Failpoint.HOST_CHECKPOINT_WRITTEN);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private Path file(Trigger.Hub hub, String partition) {
    return folder.resolve(hub.hub()).resolve(hub.consumerGroup()).resolve(partition + ".json");
  }
}
