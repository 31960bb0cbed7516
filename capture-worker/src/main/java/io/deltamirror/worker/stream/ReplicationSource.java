package io.deltamirror.worker.stream;

import java.util.List;

/**
 * What a mirror's stream reads.
 *
 * @param slot name of its replication slot, plugin {@code pgoutput}
 * @param publications names of its publications; all existed before the slot
 * @param generation of every position that comes out of it
 */
public record ReplicationSource(String slot, List<String> publications, long generation) {
  public ReplicationSource {
    publications = List.copyOf(publications);
  }
}
