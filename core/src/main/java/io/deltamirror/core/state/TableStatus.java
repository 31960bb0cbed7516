package io.deltamirror.core.state;

import com.fasterxml.jackson.annotation.JsonValue;

/** A table's state as people see it; the names are those of Fabric's mirroring API. */
public enum TableStatus {
  INITIALIZED("Initialized"),
  SNAPSHOTTING("Snapshotting"),
  REPLICATING("Replicating"),
  RESEEDING("Reseeding"),
  STOPPED("Stopped"),
  FAILED("Failed");

  private final String label;

  TableStatus(String label) {
    this.label = label;
  }

  @JsonValue
  public String label() {
    return label;
  }
}
