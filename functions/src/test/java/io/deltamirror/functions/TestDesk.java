package io.deltamirror.functions;

import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.deadletter.DeadLetters;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.lake.apply.DeadLetterReplay;
import io.deltamirror.lake.delta.DeltaTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;

/** A desk over a lake in a folder. */
final class TestDesk {
  private TestDesk() {}

  static DeadLetterDesk of(MirrorControl control, MirrorStore store, Path folder) {
    try {
      LakeStorage lake = new LocalLakeStorage(folder.resolve("lake"));
      Clock clock = Clock.systemUTC();
      DeadLetters letters = new DeadLetters(lake, clock);
      DeltaTables tables = new DeltaTables(lake, 1);
      return new DeadLetterDesk(
          control, letters, new DeadLetterReplay(lake, store, tables, letters, clock));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
